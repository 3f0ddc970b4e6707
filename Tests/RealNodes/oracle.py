"""What must come out: deposits' lives worked out from what was done to a chain, without the daemon.

It is written from the description of a deposit's life alone and shares no code with the daemon: only what
both say is believed.
"""
import base64
from dataclasses import dataclass, field
import hashlib


@dataclass(frozen=True)
class Transfer:
    """A movement of a listed asset to a watched address, as whoever caused it knows it."""

    transaction: str
    position: str
    asset: str
    amount: int
    address: str
    maturity: int = 1
    silent: bool = False      # below its asset's minimum: recorded, without events
    doubt: str | None = None  # why it may not be credited as it stands


@dataclass(frozen=True)
class Block:
    height: int
    hash: str
    transfers: tuple = ()


@dataclass
class Deposit:
    """A transfer with a life; `block` is the one it stands in, or last stood in."""

    transfer: Transfer
    status: str = ""
    block: Block = None
    sequence: int = 0


@dataclass
class Oracle:
    """Follows one chain, block by block, and keeps the events in the order in which they must come out.

    `depth` confirms a deposit. `final_depth` makes a block final where the chain has no tag of its own; it is
    None where `connect` is told the `finalized_height`.
    """

    chain: str
    depth: int
    final_depth: int | None = None
    blocks: list = field(default_factory=list)
    deposits: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    finalized: int = 0

    def identity(self, transfer):
        """A deposit's public id: 26 base32 characters of SHA-256 over chain, transaction and position."""
        named = "\n".join([self.chain, transfer.transaction, transfer.position])
        digest = hashlib.sha256(named.encode()).digest()
        return "dep_" + base64.b32encode(digest).decode().lower()[:26]

    def connect(self, block, finalized_height=0):
        """A block is added on top: its deposits are detected, then what is due is decided."""
        self.blocks.append(block)
        if self.final_depth is not None:
            finalized_height = block.height - self.final_depth + 1
        self.finalized = max(self.finalized, finalized_height)
        for transfer in block.transfers:
            deposit = self.deposits.setdefault(self.identity(transfer), Deposit(transfer))
            if deposit.status in ("", "orphaned", "reversed"):
                deposit.block = block
                self.tell(deposit, "review" if transfer.doubt else "detected")
        self.decide()

    def decide(self):
        """Confirms what has its depth, and makes final what was confirmed; lowest block first, then by id."""
        for deposit in self.in_order():
            required = max(self.depth, deposit.transfer.maturity)
            confirmations = self.blocks[-1].height - deposit.block.height + 1
            if deposit.status == "detected" and confirmations >= required:
                self.tell(deposit, "confirmed")
            if deposit.status == "confirmed" and deposit.block.height <= self.finalized:
                self.tell(deposit, "finalized")

    def in_order(self):
        standing = ((identity, deposit) for identity, deposit in self.deposits.items()
                    if deposit.status in ("detected", "confirmed", "finalized", "review"))
        ordered = sorted(standing, key=lambda item: (item[1].block.height, item[0]))
        return [deposit for _, deposit in ordered]

    def disconnect(self):
        """The newest block leaves the chain: deposits in it are taken back."""
        left = self.blocks.pop()
        for deposit in self.in_order():
            if deposit.block.hash == left.hash:
                self.tell(deposit, "orphaned" if deposit.status in ("detected", "review") else "reversed")

    def fork(self, depth):
        for _ in range(depth):
            self.disconnect()

    def tell(self, deposit, status):
        deposit.status = status
        if deposit.transfer.silent:
            return
        deposit.sequence += 1
        transfer = deposit.transfer
        reason = {"reason": transfer.doubt} if status == "review" else {}
        self.events.append({
            "type": f"deposit.{status}", "chain": self.chain, "asset": transfer.asset,
            "amount": str(transfer.amount), "address": transfer.address, "transaction": transfer.transaction,
            "position": transfer.position, "sequence": deposit.sequence, "status": status,
            "height": deposit.block.height, "block": deposit.block.hash,
        } | reason)

    def halt(self, block):
        """The chain stops: the node's chain lacks this block, which may not be undone unaided."""
        self.events.append({"type": "chain.halted", "chain": self.chain, "height": block.height,
                            "block": block.hash})

    def streams(self):
        """The events of each deposit, in order, by its public id."""
        by_deposit = {identity: [] for identity in self.deposits}
        for event in self.events:
            if event["type"].startswith("deposit."):
                named = Transfer(event["transaction"], event["position"], "", 0, "")
                by_deposit[self.identity(named)].append(event)
        return by_deposit
