"""The oracle agrees with the nodes' own books, with no daemon at all: `python -m unittest test_worlds`."""
from argparse import Namespace
import random
import unittest

from compare import wrong_holdings
import litecoin_node
from oracle import Oracle
from oracle_test import DEPTH, Run, make_world


class NoDaemon:
    """Stands in for the daemon where only the oracle is under test."""

    def wait_for_block(self, chain, block_hash, seconds=60):
        pass

    def kill(self):
        pass

    def start(self):
        pass


class WorldTests(unittest.TestCase):
    def check(self, chain):
        world = make_world(chain, seed=1)
        self.addCleanup(world.stop)
        oracle = Oracle(world.chain, DEPTH, world.final_depth)
        work = Run(world, NoDaemon(), oracle, random.Random(1))
        work.plan(Namespace(payments=200, blocks=60, reorgs=10, kills=5))
        work.go(60)
        self.assertEqual(wrong_holdings(world, oracle), [])
        statuses = {event["status"] for event in oracle.events}
        self.assertEqual(statuses, {"detected", "confirmed", "finalized", "orphaned", "reversed"})

    def test_the_oracle_agrees_with_the_development_evm(self):
        self.check("evm")

    @unittest.skipUnless(litecoin_node.installed(), "litecoind is not installed")
    def test_the_oracle_agrees_with_litecoind(self):
        self.check("litecoin")


if __name__ == "__main__":
    unittest.main()
