"""A chain's history, made once on a real EVM and shown moment by moment, the same to every daemon."""
from dataclasses import dataclass
import random
import time

from eth_utils import encode_hex, keccak

from evm_node import EvmNode
from evm_world import EvmWorld
from json_rpc_server import JsonRpcServer

EARLY = 5           # addresses issued before anything else; the others are issued late, and paid before


def users(number, count=500):
    """Addresses that nobody ever pays to."""
    return [encode_hex(keccak(text=f"user {number}.{each}")[12:]) for each in range(count)]


@dataclass(frozen=True)
class Moment:
    """What the node shows until the next one; the fields are those that a node asks its chain for."""

    canonical: tuple
    blocks: dict
    finalized_height: int
    finality_distance: int
    issued: tuple = ()      # addresses that are issued now
    since: int = None       # the height from which they count; None: from now on

    @property
    def head(self):
        return self.canonical[-1]

    @property
    def head_hash(self):
        return encode_hex(self.head.hash)


class Film:
    """Payments of every kind, reorgs up to four deep, addresses issued late, and a bulk of them now and then."""

    def __init__(self, seed=1, moments=36):
        self.dice = random.Random(f"film {seed}")
        self.world = EvmWorld(random.Random(f"world of film {seed}"), addresses=8, finality_distance=6)
        self.moments = []
        self.left = [self.world.pay() for _ in range(2 * moments)]
        try:
            self.shoot(moments)
        finally:
            self.world.stop()

    def shoot(self, moments):
        self.keep(self.world.addresses[:EARLY])
        self.mine(blocks=10)
        self.keep()
        late = list(self.world.addresses[EARLY:])
        for number in range(1, moments):
            if number % 4 == 3:
                self.left += self.world.drop(self.dice.randint(1, 4))
                self.mine(blocks=self.dice.randint(4, 5))
            else:
                self.mine(blocks=1)
            if number % 9 == 5 and late:
                self.keep([late.pop()], since=0)
            elif number % 9 == 7:
                self.keep(users(number))
            else:
                self.keep()

    def mine(self, blocks):
        for _ in range(blocks):
            payments = min(self.dice.randint(1, 3), len(self.left))
            self.world.mine([self.left.pop(0) for _ in range(payments)])

    def keep(self, issued=(), since=None):
        chain = self.world.node.chain
        self.moments.append(Moment(tuple(chain.canonical), chain.blocks, chain.finalized_height,
                                   chain.finality_distance, tuple(issued), since))


class FilmNode(EvmNode):
    """Shows one moment of a film; `show` moves on to another between two requests."""

    def __init__(self, film):
        self.chain = film.moments[0]
        self.without = frozenset()
        self.asked_at = 0.0     # when somebody last wanted to know the head
        self.answers = {}
        self.server = JsonRpcServer(self.call)
        self.url = self.server.url

    def show(self, moment):
        with self.lock:
            self.chain = moment

    def call(self, name, params):
        if params[:1] == ["latest"]:
            self.asked_at = time.monotonic()
        if not params or len(str(params[0])) < 66:
            return super().call(name, params)
        # What is asked by hash is the same for ever.
        key = name, str(params)
        if key not in self.answers:
            self.answers[key] = super().call(name, params)
        return self.answers[key]
