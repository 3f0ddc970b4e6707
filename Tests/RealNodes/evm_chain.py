"""A development EVM chain in memory: real blocks, real hashes, forks at will; no clock and no randomness."""
from dataclasses import dataclass, field
from functools import cache

from eth import constants
from eth.chains.base import Chain
from eth.db.atomic import AtomicDB
from eth.vm.forks.shanghai.withdrawals import Withdrawal
from eth.vm.spoof import SpoofTransaction
from eth_account import Account
from eth_utils import ValidationError, encode_hex, keccak, to_canonical_address
import rlp

from evm_contracts import standing_contracts
from evm_trace import TracingVM

CHAIN_ID = 1337
GENESIS_HASH = "0xabe64135ad348dc1118a9516e7deadacc51fe1b37cf3b853ee532cfa5f033ed7"
GENESIS_TIME = 1_750_000_000
BLOCK_INTERVAL = 12
GAS_LIMIT = 30_000_000
BASE_FEE = 10 ** 9
SENDERS = 1024
SENDER_BALANCE = 10 ** 24
FEE_RECIPIENT = keccak(text="depositwatch development fee recipient")[12:]


@cache
def sender_account(number):
    """The key of a development account: anybody can derive it, so never pay to it on a real chain."""
    return Account.from_key(keccak(text=f"depositwatch development sender {number}"))


class DevelopmentChain(Chain):
    chain_id = CHAIN_ID
    vm_configuration = ((constants.GENESIS_BLOCK_NUMBER, TracingVM),)


@cache
def genesis_state():
    """The accounts of block 0: senders with money, and the standing contracts."""
    account = {"balance": 0, "nonce": 0, "code": b"", "storage": {}}
    senders = (to_canonical_address(sender_account(number).address) for number in range(SENDERS))
    state = {sender: account | {"balance": SENDER_BALANCE} for sender in senders}
    for address, code in standing_contracts().items():
        state[address] = account | {"code": code, "nonce": 1}
    return state


@dataclass(frozen=True)
class MinedBlock:
    """A block with all that its execution left behind."""

    block: object
    receipts: tuple = ()
    computations: tuple = ()

    @property
    def header(self):
        return self.block.header

    @property
    def hash(self):
        return self.block.header.hash

    @property
    def height(self):
        return self.block.header.block_number


@dataclass
class EvmChain:
    """Blocks by hash, the canonical ones by height, and what waits to be mined.

    `finality_distance` is how far `finalized` trails the head; `safe` trails by half of that.
    """

    finality_distance: int = 16
    blocks: dict = field(default_factory=dict)
    canonical: list = field(default_factory=list)
    pending: list = field(default_factory=list)
    pending_withdrawals: list = field(default_factory=list)
    finalized_height: int = 0
    forks: int = 0
    next_withdrawal: int = 0

    def __post_init__(self):
        parameters = {"gas_limit": GAS_LIMIT, "timestamp": GENESIS_TIME, "base_fee_per_gas": BASE_FEE,
                      "extra_data": b"depositwatch development"}
        self.chain = DevelopmentChain.from_genesis(AtomicDB(), parameters, genesis_state())
        header = self.chain.get_canonical_head()
        genesis = TracingVM.get_block_class()(header, transactions=[], uncles=[], withdrawals=[])
        assert encode_hex(header.hash) == GENESIS_HASH, f"genesis changed: {encode_hex(header.hash)}"
        self.keep(MinedBlock(genesis))

    @property
    def head(self):
        return self.canonical[-1]

    def keep(self, mined):
        """Makes a block the head. Blocks of dropped branches stay findable by hash, as in a real node."""
        self.chain.chaindb.db[mined.hash] = rlp.encode(mined.header)
        self.blocks[mined.hash] = mined
        self.canonical.append(mined)
        self.finalized_height = max(self.finalized_height, mined.height - self.finality_distance)

    def submit(self, transaction):
        """Queues a signed transaction; its fate is decided when it is mined."""
        self.pending.append(transaction)
        return transaction.hash

    def submit_raw(self, raw):
        transaction = TracingVM.get_transaction_builder().decode(raw)
        transaction.validate()
        return self.submit(transaction)

    def withdraw(self, address, gwei):
        """Queues a consensus-layer withdrawal (EIP-4895); returns its index."""
        index = self.next_withdrawal
        self.next_withdrawal += 1
        self.pending_withdrawals.append(Withdrawal(index, 7, address, gwei))
        return index

    def mine(self, transactions=None, withdrawals=None):
        """Mines one block: these transactions and withdrawals, or all that wait. Returns it."""
        if transactions is None:
            transactions, self.pending = self.pending, []
        if withdrawals is None:
            withdrawals, self.pending_withdrawals = self.pending_withdrawals, []
        self.keep(self.execute(tuple(transactions), tuple(withdrawals)))
        return self.head

    def execute(self, transactions, withdrawals):
        """Runs a block on top of the head."""
        parent = self.head.header
        header = self.chain.create_header_from_parent(
            parent, coinbase=FEE_RECIPIENT, timestamp=parent.timestamp + BLOCK_INTERVAL,
            gas_limit=parent.gas_limit, mix_hash=keccak(parent.hash), extra_data=self.branch_mark())
        vm = self.chain.get_vm(header)
        block = vm.get_block_class()(header, transactions=transactions, uncles=[], withdrawals=withdrawals)
        result = vm.import_block(block)
        return MinedBlock(result.block, tuple(vm.receipts), tuple(vm.computations))

    def branch_mark(self):
        """Extra data that tells branches apart: the same block mined after a fork has another hash."""
        return f"branch {self.forks}".encode() if self.forks else b""

    def fork(self, depth):
        """Drops `depth` blocks from the head; returns them, lowest first. What waits stays waiting."""
        if not 0 < depth < len(self.canonical):
            raise ValidationError(f"cannot drop {depth} of {len(self.canonical) - 1} blocks")
        dropped = self.canonical[-depth:]
        del self.canonical[-depth:]
        self.finalized_height = min(self.finalized_height, self.head.height)
        self.forks += 1
        return dropped

    def account_state(self, mined=None):
        """The accounts after a block, for reading."""
        return self.chain.get_vm((mined or self.head).header).state

    def call(self, sender, to, value, data, mined=None):
        """Runs a call on top of a block, free of charge and without effect; returns its computation."""
        vm = self.chain.get_vm((mined or self.head).header)
        transaction = TracingVM.get_transaction_builder().create_unsigned_transaction(
            nonce=0, gas_price=0, gas=GAS_LIMIT // 2, to=to, value=value, data=data)
        with vm.in_costless_state() as state:
            overrides = {"sender": sender, "nonce": state.get_nonce(sender), "type_id": 0,
                         "r": 1, "s": 1, "y_parity": 0}
            return state.costless_execute_transaction(SpoofTransaction(transaction, **overrides))
