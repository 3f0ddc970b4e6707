"""Random payments on the development EVM chain, each with the transfers that must be seen of it."""
from dataclasses import dataclass

from eth.vm.forks.shanghai.withdrawals import Withdrawal
from eth_utils import encode_hex, keccak, to_canonical_address

from chain_file import minimum
from evm_contracts import (DESTRUCTOR, FORGER, PAYER, TOKEN, UNLISTED_TOKEN, address_topic, call_data, creation_code,
                           forged_transfer, paying_and_destroying_code, runtime_code)
from evm_json import contract_address
from evm_node import EvmNode
from oracle import Block, Transfer

CHAIN = "dev-evm"
NATIVE, DOLLAR = "ETH", "DUSD"
GWEI = 10 ** 9


@dataclass(frozen=True)
class Payment:
    """A signed transaction, or a withdrawal, and what must be seen of it once it is mined."""

    id: str
    raw: object
    transfers: tuple


class EvmWorld:
    """The node, its watched addresses, and payments to them."""

    chain = CHAIN
    final_depth = None
    switches_at_once = True

    def __init__(self, random, addresses=12, finality_distance=8, without=()):
        self.random = random
        self.finality_distance = finality_distance
        self.node = EvmNode(finality_distance=finality_distance, without=without)
        self.keys = [keccak(text=f"watched {number}")[12:] for number in range(addresses)]
        self.addresses = [encode_hex(key) for key in self.keys]
        self.payments, self.newest = {}, None
        self.unit, self.token_unit = minimum(CHAIN, NATIVE), minimum(CHAIN, DOLLAR)

    def stop(self):
        self.node.server.stop()

    @property
    def url(self):
        return self.node.url

    def settings(self):
        """This chain's part of the daemon's configuration."""
        return {"nodes": [self.node.url], "from": 0, "policy": [{"depth": 3}]}

    def hidden(self):
        """Hold this while several changes must look like one to the daemon."""
        return self.node.lock

    @property
    def head(self):
        return encode_hex(self.node.chain.head.hash)

    @property
    def height(self):
        return self.node.chain.head.height

    @property
    def finalized(self):
        return self.node.chain.finalized_height

    def head_block(self):
        """The newest block; only for one without payments."""
        return Block(self.height, self.head)

    # Payments.

    def plain(self, number, amount):
        """A native payment to one of the addresses."""
        key = self.keys[number]
        return self.sent(key, amount, b"", ("call:0", NATIVE, amount, key), kind=2)

    def amount(self):
        return self.random.randint(self.unit, self.unit + 10 ** 18)

    def token_amount(self):
        return self.random.randint(self.token_unit, self.token_unit + 10 ** 12)

    def pay(self):
        """A payment of a random kind."""
        kinds = [self.pay_native] * 8 + [self.pay_token] * 5 + [
            self.pay_inside, self.pay_many_inside, self.pay_many_tokens, self.pay_by_destruction,
            self.pay_by_creation, self.pay_by_withdrawal]
        return self.random.choice(kinds)(self.random.choice(self.keys), self.amount())

    def trap(self):
        """A transaction that looks like a payment and is none."""
        kinds = [self.fail, self.revert_inside, self.forge, self.pay_unlisted, self.pay_nothing,
                 self.delegate]
        return self.random.choice(kinds)(self.random.choice(self.keys), self.amount())

    def sent(self, to, value, data, *transfers, kind=None):
        """Signs a transaction; `transfers` are (position, asset, amount, key of the receiver, and why it is in doubt)."""
        self.node.wallet.send(to, value, data, kind=self.random.choice([0, 1, 2]) if kind is None else kind)
        transaction = self.node.chain.pending.pop()
        return self.payment(encode_hex(transaction.hash), transaction, transfers)

    def payment(self, identifier, raw, transfers):
        seen = tuple(Transfer(identifier, position, asset, amount, encode_hex(key),
                              silent=amount < (self.unit if asset == NATIVE else self.token_unit),
                              doubt=doubt[0] if doubt else None)
                     for position, asset, amount, key, *doubt in transfers)
        self.newest = self.payments[identifier] = Payment(identifier, raw, seen)
        return self.newest

    def pay_native(self, key, amount):
        return self.sent(key, amount, b"", ("call:0", NATIVE, amount, key))

    def pay_token(self, key, amount):
        units = self.token_amount()
        return self.sent(TOKEN, 0, call_data("transfer(address,uint256)", key, units),
                         ("log:0", DOLLAR, units, key))

    def pay_inside(self, key, amount):
        return self.sent(PAYER, amount, call_data("pay(address)", key), ("call:0.0", NATIVE, amount, key))

    def pay_many_inside(self, key, amount):
        """Two inner calls, and the same address may be paid twice in one transaction."""
        other = self.random.choice(self.keys)
        return self.sent(PAYER, 2 * amount, call_data("pay_many(address[])", [key, other]),
                         ("call:0.0", NATIVE, amount, key), ("call:0.1", NATIVE, amount, other))

    def pay_many_tokens(self, key, amount):
        other, units = self.random.choice(self.keys), self.token_amount()
        return self.sent(TOKEN, 0, call_data("transfer_many(address[],uint256)", [key, other], units),
                         ("log:0", DOLLAR, units, key), ("log:1", DOLLAR, units, other))

    def pay_by_destruction(self, key, amount):
        return self.sent(DESTRUCTOR, amount, address_topic(key), ("call:0.0", NATIVE, amount, key))

    def pay_by_creation(self, key, amount):
        """A contract that is created with the money, and vanishes in favour of the address."""
        return self.sent(None, amount, paying_and_destroying_code(key), ("call:0.0", NATIVE, amount, key))

    def pay_by_withdrawal(self, key, amount):
        """A consensus-layer withdrawal; its amount is in gwei."""
        index, gwei = self.node.chain.next_withdrawal, -(-amount // GWEI)
        self.node.chain.next_withdrawal += 1
        identifier = f"withdrawal:{index}"
        return self.payment(identifier, Withdrawal(index, 7, key, gwei),
                            [(identifier, NATIVE, gwei * GWEI, key)])

    def fail(self, key, amount):
        return self.sent(PAYER, amount, call_data("pay_then_fail(address)", key))

    def revert_inside(self, key, amount):
        return self.sent(PAYER, amount, call_data("try_pay_then_fail(address)", key))

    def forge(self, key, amount):
        return self.sent(FORGER, 0, forged_transfer(PAYER, key, amount))

    def pay_unlisted(self, key, amount):
        units = self.token_amount()
        return self.sent(UNLISTED_TOKEN, 0, call_data("transfer(address,uint256)", key, units))

    def pay_nothing(self, key, amount):
        return self.sent(key, 0, b"")

    def delegate(self, key, amount):
        return self.sent(PAYER, amount, call_data("delegate_to(address)", key))

    def replaced(self, payment, to, amount):
        """Another transaction of the newest payment's sender, with the same nonce."""
        assert payment is self.newest, "only the newest payment can be replaced"
        self.node.wallet.next_sender -= 1
        return self.sent(to, amount, b"")

    # Blocks.

    def deployed(self, name):
        """Mines a block with a new contract, for before a recording begins; its address."""
        self.mine([self.sent(None, 0, creation_code(runtime_code(name)))])
        return to_canonical_address(contract_address(self.node.chain.head, 0))

    def mine(self, payments):
        """Mines these payments in this order; the block as the oracle wants it."""
        transactions = [payment for payment in payments if not isinstance(payment.raw, Withdrawal)]
        withdrawals = [payment for payment in payments if isinstance(payment.raw, Withdrawal)]
        with self.node.lock:
            mined = self.node.chain.mine([payment.raw for payment in transactions],
                                         [payment.raw for payment in withdrawals])
        transfers = [each for payment in transactions + withdrawals for each in payment.transfers]
        return Block(mined.height, encode_hex(mined.hash), tuple(transfers))

    def drop(self, depth):
        """Takes blocks from the head; the payments that were in them, lowest first."""
        dropped = []
        with self.node.lock:
            blocks = self.node.chain.fork(depth)
        for mined in blocks:
            dropped += [self.payments[encode_hex(each.hash)] for each in mined.block.transactions]
            dropped += [self.payments[f"withdrawal:{each.index}"] for each in mined.block.withdrawals]
        return dropped

    def holdings(self):
        """What the node says each address holds: (address, asset) to base units."""
        held = {}
        for key, address in zip(self.keys, self.addresses):
            held[address, NATIVE] = int(self.node.eth_getBalance(address), 16)
            call = {"to": encode_hex(TOKEN), "data": encode_hex(call_data("balanceOf(address)", key))}
            held[address, DOLLAR] = int(self.node.eth_call(call), 16) - 10 ** 15
        return held
