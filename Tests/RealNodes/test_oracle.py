"""The oracle tells a deposit's life as the product page does: `python -m unittest test_oracle`."""
import unittest

from oracle import Block, Oracle, Transfer

TRANSFER = Transfer("0xaa", "call:0", "ETH", 5, "0xbb")


def told(oracle):
    return [(event["status"], event["sequence"], event["height"]) for event in oracle.events]


class OracleTests(unittest.TestCase):
    def setUp(self):
        self.oracle = Oracle("dev-evm", depth=3)

    def mine(self, first, last, branch="a", finalized=0, **transfers):
        for height in range(first, last + 1):
            block = Block(height, f"{height}{branch}", tuple(transfers.get(f"at{height}", ())))
            self.oracle.connect(block, finalized)

    def test_a_deposit_is_detected_confirmed_and_made_final(self):
        self.mine(1, 3, at1=[TRANSFER])
        self.mine(4, 4, finalized=1)
        self.assertEqual(told(self.oracle), [("detected", 1, 1), ("confirmed", 2, 1), ("finalized", 3, 1)])

    def test_a_deposit_that_left_before_and_after_confirmation_is_orphaned_and_reversed(self):
        self.mine(1, 3, at1=[TRANSFER], at3=[Transfer("0xcc", "log:0", "DUSD", 7, "0xbb")])
        self.oracle.fork(3)
        self.mine(1, 2, "b", at2=[TRANSFER])
        self.assertEqual(told(self.oracle), [
            ("detected", 1, 1), ("detected", 1, 3), ("confirmed", 2, 1),
            ("orphaned", 2, 3), ("reversed", 3, 1), ("detected", 4, 2)])

    def test_an_immature_output_waits_for_its_maturity(self):
        self.mine(1, 6, at1=[Transfer("cc", "output:1", "LTC", 7, "rltc1", maturity=6)])
        self.assertEqual(told(self.oracle), [("detected", 1, 1), ("confirmed", 2, 1)])
        self.assertEqual(self.oracle.events[1]["type"], "deposit.confirmed")

    def test_a_doubted_transfer_is_in_review_for_good(self):
        doubted = Transfer("0xcc", "log:0", "FEE", 7, "0xbb", doubt="amount not received")
        self.mine(1, 4, at1=[doubted], finalized=1)
        self.assertEqual(told(self.oracle), [("review", 1, 1)])
        self.assertEqual(self.oracle.events[0]["reason"], "amount not received")
        self.oracle.fork(4)
        self.assertEqual(told(self.oracle)[1:], [("orphaned", 2, 1)])
        self.assertNotIn("reason", self.oracle.events[1])

    def test_finality_by_depth_counts_the_block_itself(self):
        self.oracle.final_depth = 4
        self.mine(1, 4, at1=[TRANSFER])
        statuses = [status for status, _, _ in told(self.oracle)]
        self.assertEqual(statuses, ["detected", "confirmed", "finalized"])


if __name__ == "__main__":
    unittest.main()
