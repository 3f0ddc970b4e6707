"""The development EVM node answers like a real one: `python -m unittest test_evm_node`."""
import json
import unittest
import urllib.request

from eth.db.trie import make_trie_root_and_nodes
from eth_utils import decode_hex, encode_hex, keccak
import rlp

from evm_chain import GENESIS_HASH
from evm_contracts import (FORGER, PAYER, TOKEN, UNLISTED_TOKEN, call_data, forged_transfer,
                           paying_and_destroying_code)
from evm_node import EvmNode

ADDRESS = b"\xaa" * 20
HEADER_FIELDS = [
    "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom",
    "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce",
    "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot",
    "requestsHash"]
QUANTITIES = {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed",
              "excessBlobGas"}


class Raw:
    """Bytes that are already encoded, for the trie."""

    def __init__(self, encoded):
        self.encoded = encoded

    def encode(self):
        return self.encoded


def rlp_number(text):
    number = int(text, 16)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def header_hash(block):
    fields = ((name, block[name]) for name in HEADER_FIELDS)
    encoded = [rlp_number(text) if name in QUANTITIES else decode_hex(text) for name, text in fields]
    return encode_hex(keccak(rlp.encode(encoded)))


def receipt_bytes(receipt):
    logs = [[decode_hex(log["address"]), [decode_hex(topic) for topic in log["topics"]],
             decode_hex(log["data"])] for log in receipt["logs"]]
    body = rlp.encode([rlp_number(receipt["status"]), rlp_number(receipt["cumulativeGasUsed"]),
                       decode_hex(receipt["logsBloom"]), logs])
    return rlp_number(receipt["type"]) + body


def withdrawal_bytes(withdrawal):
    return rlp.encode([rlp_number(withdrawal["index"]), rlp_number(withdrawal["validatorIndex"]),
                       decode_hex(withdrawal["address"]), rlp_number(withdrawal["amount"])])


def root(encoded):
    return encode_hex(make_trie_root_and_nodes([Raw(each) for each in encoded])[0])


class EvmNodeTests(unittest.TestCase):
    def setUp(self):
        self.node = EvmNode()
        self.addCleanup(self.node.server.stop)

    def post(self, request):
        body = urllib.request.Request(self.node.url, json.dumps(request).encode())
        with urllib.request.urlopen(body) as reply:
            return json.load(reply)

    def ask(self, method, *params):
        return self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})["result"]

    def test_every_hash_of_a_block_can_be_recomputed_from_its_json(self):
        wallet = self.node.wallet
        for kind in (0, 1, 2):
            wallet.pay(ADDRESS, 5 + kind, kind)
            wallet.pay_token(ADDRESS, 100, kind=kind)
        wallet.send(PAYER, 50, call_data("pay_then_fail(address)", ADDRESS))
        self.node.chain.withdraw(ADDRESS, 9)
        self.ask("dev_mine", 1)
        block = self.ask("eth_getBlockByNumber", "latest", True)
        receipts = self.ask("eth_getBlockReceipts", block["hash"])
        self.assertEqual(header_hash(block), block["hash"])
        self.assertEqual(root(map(receipt_bytes, receipts)), block["receiptsRoot"])
        self.assertEqual(root(map(withdrawal_bytes, block["withdrawals"])), block["withdrawalsRoot"])
        self.assertEqual([receipt["status"] for receipt in receipts], ["0x1"] * 6 + ["0x0"])

    def test_the_genesis_is_the_one_in_the_chain_file(self):
        self.assertEqual(self.ask("eth_getBlockByNumber", "0x0", False)["hash"], GENESIS_HASH)

    def test_a_payment_can_be_left_out_of_a_fork_and_mined_later(self):
        first, second = (self.node.wallet.pay(ADDRESS, amount) for amount in (1, 2))
        self.ask("dev_mine", 1)
        dropped = self.ask("dev_fork", 1)
        self.ask("dev_mineWith", [dropped[1]])
        self.assertIsNone(self.ask("eth_getTransactionReceipt", encode_hex(first.hash)))
        receipt = self.ask("eth_getTransactionReceipt", encode_hex(second.hash))
        self.assertEqual(receipt["transactionIndex"], "0x0")
        self.assertEqual(self.ask("eth_getBalance", encode_hex(ADDRESS), "latest"), "0x2")
        self.ask("dev_mineWith", [dropped[0]])
        self.assertEqual(self.ask("eth_getBalance", encode_hex(ADDRESS), "latest"), "0x3")

    def test_a_block_mined_again_after_a_fork_has_another_hash_and_the_old_one_stays_known(self):
        old, = self.ask("dev_mine", 1)
        self.ask("dev_fork", 1)
        new, = self.ask("dev_mine", 1)
        self.assertNotEqual(old, new)
        self.assertEqual(self.ask("eth_getBlockByHash", old, False)["hash"], old)

    def test_the_frames_show_what_moved_and_what_was_taken_back(self):
        wallet = self.node.wallet
        wallet.send(PAYER, 50, call_data("pay(address)", ADDRESS))
        wallet.send(PAYER, 50, call_data("try_pay_then_fail(address)", ADDRESS))
        wallet.send(PAYER, 50, call_data("delegate_to(address)", ADDRESS))
        wallet.send(None, 51, paying_and_destroying_code(ADDRESS))
        block_hash, = self.ask("dev_mine", 1)
        traces = self.ask("debug_traceBlockByHash", block_hash, {"tracer": "callTracer"})
        paid, failed, delegated, created = [trace["result"] for trace in traces]
        self.assertEqual((paid["calls"][0]["to"], paid["calls"][0]["value"]), (encode_hex(ADDRESS), "0x32"))
        self.assertEqual(failed["calls"][0]["error"], "execution reverted")
        self.assertNotIn("error", failed)
        self.assertEqual(failed["calls"][0]["calls"][0]["to"], encode_hex(ADDRESS))
        self.assertEqual(delegated["calls"][0]["type"], "DELEGATECALL")
        self.assertEqual((created["type"], created["calls"][0]["type"]), ("CREATE", "SELFDESTRUCT"))
        self.assertEqual(self.ask("eth_getBalance", encode_hex(ADDRESS), "latest"), hex(101))

    def test_logs_can_be_asked_for_by_block_hash_address_and_topic(self):
        wallet = self.node.wallet
        wallet.pay_token(ADDRESS, 5)
        wallet.pay_token(ADDRESS, 6, UNLISTED_TOKEN)
        wallet.send(FORGER, 0, forged_transfer(ADDRESS, ADDRESS, 7))
        block_hash, = self.ask("dev_mine", 1)
        receiver = "0x" + ADDRESS.rjust(32, b"\0").hex()
        wanted = {"blockHash": block_hash, "topics": [None, None, receiver]}
        self.assertEqual(len(self.ask("eth_getLogs", wanted)), 3)
        self.assertEqual(len(self.ask("eth_getLogs", wanted | {"address": encode_hex(TOKEN)})), 1)

    def test_a_call_reads_the_state(self):
        self.node.wallet.pay_token(ADDRESS, 5)
        self.ask("dev_mine", 1)
        call = {"to": encode_hex(TOKEN), "data": encode_hex(call_data("balanceOf(address)", ADDRESS))}
        self.assertEqual(int(self.ask("eth_call", call, "latest"), 16), 10 ** 15 + 5)

    def test_the_tags_trail_the_head(self):
        self.ask("dev_setFinality", 4)
        self.ask("dev_mine", 10)
        heights = [int(self.ask("eth_getBlockByNumber", tag, False)["number"], 16)
                   for tag in ("latest", "safe", "finalized", "earliest")]
        self.assertEqual(heights, [10, 8, 6, 0])

    def test_a_batch_is_answered_in_one_body_with_its_ids(self):
        answers = self.post([{"jsonrpc": "2.0", "id": "a", "method": "eth_chainId"},
                             {"jsonrpc": "2.0", "id": 7, "method": "eth_nonsense", "params": []}])
        self.assertEqual(answers[0], {"jsonrpc": "2.0", "id": "a", "result": "0x539"})
        self.assertEqual((answers[1]["id"], answers[1]["error"]["code"]), (7, -32601))

    def test_a_method_can_be_missing(self):
        self.node.without = frozenset(["eth_getBlockReceipts"])
        request = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockReceipts", "params": ["latest"]}
        answer = self.post(request)
        self.assertEqual(answer["error"]["code"], -32601)


if __name__ == "__main__":
    unittest.main()
