"""Random payments on litecoind's regression-test chain, each with the transfers that must be seen of it."""
import contextlib
from dataclasses import dataclass
import hashlib

from bitcoin_transaction import Output
from chain_file import minimum
from litecoin_node import COIN, PASSWORD, USER, LitecoinNode
from oracle import Block, Transfer

CHAIN = "litecoin-regtest"
LITECOIN = "LTC"
# Confirmations of a block reward that may be spent, as litecoind's wallet counts: 100 on top of its own.
REWARD_MATURITY = 101
LARGEST = 5_000_000


@dataclass(frozen=True)
class Payment:
    """A signed transaction (hex) and what must be seen of it once it is mined."""

    id: str
    raw: str
    transfers: tuple


class LitecoinWorld:
    """The node, its watched addresses of every kind, and payments to them."""

    chain = CHAIN
    switches_at_once = False

    def __init__(self, random, addresses=12, coins=256, final_depth=None, reward_share=0.0):
        self.random = random
        self.final_depth = self.finality_distance = final_depth
        self.reward_share = reward_share
        self.node = LitecoinNode()
        self.addresses = [self.node.address(watched_script(number)) for number in range(addresses)]
        self.payments = {}
        self.unit = minimum(CHAIN, LITECOIN)
        self.node.fund(coins)

    def stop(self):
        self.node.stop()

    @property
    def url(self):
        return self.node.url.replace("http://", f"http://{USER}:{PASSWORD}@")

    def settings(self):
        """This chain's part of the daemon's configuration."""
        return {"nodes": [self.url], "from": 0, "policy": [{"depth": 3}]}

    def hidden(self):
        """A real node hides nothing: whoever asks in the middle of a reorg sees its middle."""
        return contextlib.nullcontext()

    @property
    def head(self):
        return self.node.head

    @property
    def height(self):
        return self.node.height

    finalized = 0

    def head_block(self):
        """The newest block; only for one without payments."""
        return Block(self.height, self.head)

    # Payments.

    def plain(self, number, amount):
        """One output to one of the addresses."""
        return self.sent([(self.addresses[number], amount)])

    @property
    def stranger(self):
        """An address that nobody issued."""
        return self.node.address(b"\x00\x14" + hashlib.sha256(b"stranger").digest()[:20])

    def amount(self):
        return self.random.randint(self.unit, self.unit + LARGEST)

    def pay(self):
        """One output, several outputs to one address, or outputs to several addresses."""
        first, second = self.random.choice(self.addresses), self.random.choice(self.addresses)
        receivers = self.random.choice([[first], [first], [first], [first, first], [first, second]])
        return self.sent([(address, self.amount()) for address in receivers])

    def trap(self):
        """Looks like a payment and is none: (next to) nothing to a watched address, money to a stranger."""
        watched = self.random.choice(self.addresses)
        kinds = [(watched, 0), (watched, self.unit - 1), (self.stranger, self.amount())]
        return self.sent([self.random.choice(kinds)])

    def sent(self, outputs):
        return self.signed(self.node.pay(outputs), outputs)

    def sent_twice(self, outputs, others, lock_time=0):
        """Two payments of one coin, of which the chain can hold only one."""
        coin = self.node.coins.pop(0)
        return tuple(
            self.signed(self.node.spend(coin, [Output(self.node.script(address), amount)
                                               for address, amount in paid], lock), paid)
            for paid, lock in ((outputs, 0), (others, lock_time)))

    def sent_to_scripts(self, outputs, addressed=()):
        """Pays to any output scripts; `addressed` are (address, amount) of those that are a watched address's."""
        return self.signed(self.node.pay_scripts(outputs), addressed)

    def signed(self, transaction, outputs):
        transfers = tuple(Transfer(transaction.id, f"output:{index}", LITECOIN, amount, address,
                                   silent=amount < self.unit)
                          for index, (address, amount) in enumerate(outputs)
                          if amount and address in self.addresses)
        self.payments[transaction.hex] = Payment(transaction.id, transaction.hex, transfers)
        return self.payments[transaction.hex]

    # Blocks.

    def mine(self, payments):
        """Mines these payments in this order; now and then the reward goes to a watched address."""
        lucky = self.random.choice(self.addresses) if self.random.random() < self.reward_share else None
        return self.mine_for(lucky, payments)

    def mine_for(self, lucky, payments):
        """Mines a block whose reward goes to this watched address, or to the node's own key for None."""
        block_hash = self.node.mine([payment.raw for payment in payments], lucky)
        block = self.node.block(block_hash)
        transfers = [each for payment in payments for each in payment.transfers]
        if lucky:
            transfers.insert(0, reward(block["tx"][0], lucky))
        return Block(block["height"], block_hash, tuple(transfers))

    def drop(self, depth):
        """Takes blocks from the head; the payments that were in them, lowest first."""
        return [self.payments[raw] for raw in self.node.fork(depth)]

    def holdings(self):
        """What the node's unspent outputs say each address holds: (address, asset) to base units."""
        wanted = [f"addr({address})" for address in self.addresses]
        found = self.node.rpc("scantxoutset", "start", wanted)["unspents"]
        held = {(address, LITECOIN): 0 for address in self.addresses}
        scripts = {self.node.script(address).hex(): address for address in self.addresses}
        for output in found:
            held[scripts[output["scriptPubKey"]], LITECOIN] += int(output["amount"] * COIN)
        return held


def reward(coinbase, address):
    amount = int(coinbase["vout"][0]["value"] * COIN)
    return Transfer(coinbase["txid"], "output:0", LITECOIN, amount, address, maturity=REWARD_MATURITY)


def watched_script(number):
    """An output script nobody has the key of: P2WPKH, P2PKH, P2SH and P2WSH in turn."""
    digest = hashlib.sha256(f"watched {number}".encode()).digest()
    return [b"\x00\x14" + digest[:20], b"\x76\xa9\x14" + digest[:20] + b"\x88\xac",
            b"\xa9\x14" + digest[:20] + b"\x87", b"\x00\x20" + digest][number % 4]
