"""What a scenario works with: a world, an oracle that is told the same, and a recording of the node."""
from attacks import Fake, attacks_text
from chain_file import chain_file_with, reorg_window
from oracle import Oracle
from recorder import events_text, watch_text


class Scene:
    """One scenario on one chain. Every change of the node's head is one step of the recording."""

    def __init__(self, world, folder, recorder_class, depth=3):
        self.world = world
        self.folder = folder
        self.depth = depth
        self.recorder_class = recorder_class
        self.recorder = None
        self.halted = False
        self.shown = []
        self.fakes = []
        self.oracle = Oracle(world.chain, depth, world.final_depth)

    @property
    def address(self):
        """The first watched address, for scenarios that need no more."""
        return self.world.addresses[0]

    def list_assets(self, *assets):
        """Gives the fixture a chain file of its own with more assets; to be called once, before `begin`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "chain.yaml").write_text(chain_file_with(self.world.chain, *assets))

    def begin(self):
        """Starts the recording at the node's head; whatever was mined before is not part of it."""
        labelled = [(address, f"user-{number}") for number, address in enumerate(self.world.addresses, 1)]
        watch = watch_text(self.world.height, labelled, self.depth)
        world = self.world
        self.recorder = self.recorder_class(self.folder, world.chain, world.url, world.height, watch)
        self.oracle.connect(self.world.head_block(), self.world.finalized)
        self.recorder.wait_for(self.world.head)

    def plainly(self, payments):
        """The payments without their marks, which are kept for attacks.yaml."""
        self.fakes += [payment for payment in payments if isinstance(payment, Fake)]
        return [payment.payment if isinstance(payment, Fake) else payment for payment in payments]

    def mine(self, *payments):
        """A block with these payments, and a step."""
        return self.mined(self.world.mine(self.plainly(payments)))

    def mine_reward(self):
        """A block whose reward goes to the first address, and a step."""
        return self.mined(self.world.mine_for(self.address, []))

    def mined(self, block):
        """A block that the scenario mined by itself, and a step."""
        self.oracle.connect(block, self.world.finalized)
        self.recorder.wait_for(self.world.head)
        return block

    def mine_empty(self, count):
        for _ in range(count):
            self.mine()

    def mine_unwatched(self, count):
        """Blocks that come so fast that the recording need not see each head."""
        blocks = [self.world.mine([]) for _ in range(count)]
        for block in blocks:
            self.oracle.connect(block, self.world.finalized)
        self.recorder.wait_for(self.world.head)

    def fork(self, depth, *branch):
        """Replaces the newest blocks by a branch: a list of payments for each of its blocks.

        A node that can switch in one move shows one step; litecoind shows its way back and each new block.
        """
        with self.world.hidden():
            self.world.drop(depth)
            if not self.world.switches_at_once:
                self.recorder.wait_for(self.world.head)
            self.oracle.fork(depth)
            blocks = [self.replace(payments) for payments in branch]
            for block in blocks:
                self.oracle.connect(block, self.world.finalized)
        if self.world.switches_at_once:
            self.recorder.wait_for(self.world.head)

    def replace(self, payments):
        block = self.world.mine(payments)
        if not self.world.switches_at_once:
            self.recorder.wait_for(self.world.head)
        return block

    def fork_beyond_the_window(self, depth, length):
        """A reorg below what is final: nothing may be undone, and the chain halts at its floor."""
        height = max(self.oracle.finalized, self.world.height - reorg_window(self.world.chain))
        floor = next(block for block in self.oracle.blocks if block.height == height)
        with self.world.hidden():
            self.world.drop(depth)
            if not self.world.switches_at_once:
                self.recorder.wait_for(self.world.head)
            for _ in range(length):
                self.replace([])
        if self.world.switches_at_once:
            self.recorder.wait_for(self.world.head)
        self.oracle.halt(floor)
        self.halted = True

    def finish(self):
        """Writes what must come out, and ends the recording, which keeps an events.jsonl that is there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "events.jsonl").write_text(events_text(self.oracle.events))
        attacks = attacks_text(self.shown, self.fakes)
        if attacks:
            (self.folder / "attacks.yaml").write_text(attacks)
        self.recorder.finish()
