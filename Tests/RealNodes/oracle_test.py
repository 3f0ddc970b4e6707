"""The live oracle test: random payments, reorgs and kill -9, and yet exactly the right callbacks.

`python oracle_test.py --chain evm --seed 1` starts a node, the daemon and a receiver. After every step the
driver waits until the daemon has scanned the node's head, because a polling watcher need not see a fork that
came and went between two polls; only around a kill does it not wait.
"""
import argparse
import random
import sys
import tempfile

from compare import differences
from chain_file import final_depth
from daemon import Daemon, program, wait_until
from evm_world import EvmWorld
from litecoin_world import LitecoinWorld
from oracle import Oracle
from receiver import Receiver

DEEPEST_REORG = 5
DEPTH = 3


class Run:
    """One world, one daemon, one oracle, and the dice that decide what happens."""

    def __init__(self, world, daemon, oracle, dice):
        self.world = world
        self.daemon = daemon
        self.oracle = oracle
        self.dice = dice
        self.waiting = {}       # step to the payments that are to be mined in it

    def plan(self, options):
        """Spreads payments, traps, reorgs and kills over the blocks."""
        for _ in range(options.payments):
            self.later(0, options.blocks - 1, self.world.pay())
        for _ in range(options.payments // 5):
            self.later(0, options.blocks - 1, self.world.trap())
        steps = range(DEEPEST_REORG + 1, options.blocks)
        self.reorgs = set(self.dice.sample(steps, options.reorgs))
        self.kills = set(self.dice.sample(steps, options.kills))

    def later(self, first, last, payment):
        self.waiting.setdefault(self.dice.randint(first, last), []).append(payment)

    def go(self, blocks):
        for step in range(blocks):
            self.say(step)
            if step in self.reorgs:
                self.reorganise(step, blocks)
            self.mine(self.waiting.pop(step, []))
            if step in self.kills:
                self.interrupt()
            self.catch_up()
        for _ in range(self.world.finality_distance + DEPTH):
            self.mine([])
        self.catch_up()

    def say(self, step):
        kinds = [name for name, steps in (("reorg", self.reorgs), ("kill -9", self.kills)) if step in steps]
        if kinds:
            place = f"{self.world.chain}: step {step}, height {self.world.height}"
            print(f"{place}: {' and '.join(kinds)}", flush=True)

    def mine(self, payments):
        self.oracle.connect(self.world.mine(payments), self.world.finalized)

    def reorganise(self, step, blocks):
        """Replaces blocks; each of their payments is mined again at once, or later, or never."""
        depth = self.dice.randint(1, DEEPEST_REORG)
        with self.world.hidden():
            dropped = self.world.drop(depth)
            self.oracle.fork(depth)
            # A fork is followed once it is as high as what was agreed, and on a chain of work heavier.
            branch = [[] for _ in range(depth + self.dice.randint(1, 2))]
            for payment in dropped:
                fate = self.dice.choice(["again", "later", "never"])
                if fate == "again":
                    self.dice.choice(branch).append(payment)
                elif fate == "later":
                    self.later(step, blocks - 1, payment)
            for payments in branch:
                self.mine(payments)
        if step not in self.kills:
            self.catch_up()

    def interrupt(self):
        """Kills the daemon at a random moment of its work and starts it again."""
        try:
            moment = self.dice.random() * 0.5
            self.daemon.wait_for_block(self.world.chain, self.world.head, seconds=moment)
        except TimeoutError:
            pass
        self.daemon.kill()
        self.daemon.start()

    def catch_up(self):
        self.daemon.wait_for_block(self.world.chain, self.world.head)


def make_world(chain, seed, without=()):
    if chain == "evm":
        return EvmWorld(random.Random(f"world {seed}"), without=without)
    return LitecoinWorld(random.Random(f"world {seed}"), coins=512,
                         final_depth=final_depth("litecoin-regtest"), reward_share=0.08)


def run(chain, options, folder):
    """Runs one chain; the differences found, none if all is well."""
    world = make_world(chain, options.seed, options.without)
    receiver = Receiver(options.seed, refusal_rate=0.05)
    daemon = Daemon(folder, {world.chain: world.settings()}, receiver.url, receiver.secret)
    oracle = Oracle(world.chain, DEPTH, world.final_depth)
    try:
        daemon.start()
        daemon.issue(world.chain, world.addresses)
        work = Run(world, daemon, oracle, random.Random(f"dice {options.seed}"))
        work.plan(options)
        work.go(options.blocks)
        wait_for_callbacks(receiver, len(oracle.events))
        status = daemon.stop()
        found = differences(world, oracle, receiver)
        return found + ([f"the daemon ended with status {status}"] if status else [])
    finally:
        daemon.stop()
        receiver.stop()
        world.stop()


def wait_for_callbacks(receiver, expected):
    """Waits for the expected number; a difference is for the comparison to tell."""
    try:
        wait_until("the callbacks", lambda: len(receiver.bodies) >= expected, seconds=90)
    except TimeoutError as error:
        print(f"{error}: {len(receiver.bodies)} of {expected} came", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description="Compares a daemon's callbacks with an oracle's, live.")
    parser.add_argument("--chain", choices=["evm", "litecoin", "both"], default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--payments", type=int, default=200)
    parser.add_argument("--blocks", type=int, default=60)
    parser.add_argument("--reorgs", type=int, default=10)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--without", action="append", default=[], metavar="METHOD",
                        help="a method the EVM node shall not have, such as eth_getBlockReceipts")
    options = parser.parse_args()
    if not program().exists():
        sys.exit(f"there is no daemon at {program()}: build it, or say where it is in DEPOSITWATCH")
    failed = False
    for chain in ["evm", "litecoin"] if options.chain == "both" else [options.chain]:
        with tempfile.TemporaryDirectory(prefix="depositwatch-oracle-") as folder:
            found = run(chain, options, folder)
        failed = failed or bool(found)
        print(f"{chain}, seed {options.seed}: " + ("as the oracle says" if not found else "\n".join(found)))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
