"""litecoind does what the tests ask of it: `python -m unittest test_litecoin_node`."""
import unittest

import litecoin_node
from litecoin_mweb import Mweb
from litecoin_node import GENESIS_HASH, LitecoinNode

BLOCK_WITH_PAYMENT = "bf9f46ec4e5c6bf88b2e63d482ec0017a2b9388fa4d38f2b6d690eab05491133"


@unittest.skipUnless(litecoin_node.installed(), f"{litecoin_node.PROGRAM} is not installed")
class LitecoinNodeTests(unittest.TestCase):
    def setUp(self):
        self.node = LitecoinNode()
        self.addCleanup(self.node.stop)
        self.address = self.node.address(b"\x00\x14" + b"\xaa" * 20)

    def test_the_chain_is_the_same_on_every_run(self):
        self.assertEqual(self.node.rpc("getblockhash", 0), GENESIS_HASH)
        self.node.fund(2)
        payment = self.node.pay([(self.address, 5000)])
        block_hash = self.node.mine([payment.hex])
        self.assertEqual(block_hash, BLOCK_WITH_PAYMENT)

    def test_a_payment_can_be_left_out_of_a_fork_and_mined_later(self):
        self.node.fund(4)
        payment = self.node.pay([(self.address, 5000), (self.address, 6000)])
        first = self.node.mine([payment.hex])
        dropped = self.node.fork(1)
        self.assertEqual(dropped, [payment.hex])
        without = self.node.mine()
        again = self.node.mine(dropped)
        self.assertEqual(len({first, without, again}), 3)
        outputs = self.node.block(again)["tx"][1]["vout"]
        self.assertEqual([int(output["value"] * 10 ** 8) for output in outputs[:2]], [5000, 6000])
        self.assertEqual(self.node.block(again)["tx"][1]["txid"], payment.id)

    def test_a_deeper_fork_drops_every_block_above_it(self):
        self.node.fund(1)
        base = self.node.height
        self.node.mine_empty(4)
        self.node.fork(3)
        self.assertEqual(self.node.height, base + 1)
        self.node.mine_empty(5)
        self.assertEqual(self.node.height, base + 6)

    def test_a_peg_out_is_an_output_of_the_last_transaction_of_its_block(self):
        self.node.fund(1)
        mweb = Mweb(self.node)
        mweb.begin()
        mweb.peg_out(self.address, 7000)
        hogex = self.node.block(mweb.mine())["tx"][-1]
        script = self.node.script(self.address).hex()
        self.assertEqual(hogex["vout"][1]["scriptPubKey"]["hex"], script)
        self.assertEqual(hogex["vout"][1]["value"] * 10 ** 8, 7000)


if __name__ == "__main__":
    unittest.main()
