"""Bitcoin-family transactions made by hand: P2WPKH inputs of one key, any outputs, fixed signatures."""
from dataclasses import dataclass
import hashlib
import struct

from coincurve import PrivateKey

SIGHASH_ALL = 1
SEQUENCE = 0xFFFFFFFD


def double_sha256(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def hash160(data):
    return hashlib.new("ripemd160", hashlib.sha256(data).digest()).digest()


def variable_length(number):
    """A Bitcoin CompactSize; nothing here is longer than 65,535."""
    return bytes([number]) if number < 0xFD else b"\xfd" + struct.pack("<H", number)


def sized(data):
    return variable_length(len(data)) + data


@dataclass(frozen=True)
class Coin:
    """An unspent output of the key: the transaction's id as it is shown, the output's index, base units."""

    transaction: str
    index: int
    amount: int

    @property
    def outpoint(self):
        return bytes.fromhex(self.transaction)[::-1] + struct.pack("<I", self.index)


@dataclass(frozen=True)
class Output:
    script: bytes
    amount: int

    @property
    def encoded(self):
        return struct.pack("<q", self.amount) + sized(self.script)


class SpendingKey:
    """A key whose coins are P2WPKH outputs. Derived from a phrase: for regression tests alone."""

    def __init__(self, phrase):
        self.private = PrivateKey(hashlib.sha256(phrase.encode()).digest())
        self.public = self.private.public_key.format()
        self.script = b"\x00\x14" + hash160(self.public)

    def spend(self, coins, outputs, lock_time=0):
        """A signed transaction that spends whole coins into these outputs; what is left is the fee."""
        inputs = b"".join(coin.outpoint + b"\x00" + struct.pack("<I", SEQUENCE) for coin in coins)
        body = variable_length(len(coins)) + inputs
        body += variable_length(len(outputs)) + b"".join(output.encoded for output in outputs)
        witnesses = b"".join(self.witness(coin, coins, outputs, lock_time) for coin in coins)
        version, ending = struct.pack("<i", 2), struct.pack("<I", lock_time)
        return Transaction(stripped=version + body + ending,
                           raw=version + b"\x00\x01" + body + witnesses + ending)

    def witness(self, coin, coins, outputs, lock_time):
        signature = self.private.sign(self.digest(coin, coins, outputs, lock_time), hasher=None)
        return variable_length(2) + sized(signature + bytes([SIGHASH_ALL])) + sized(self.public)

    def digest(self, coin, coins, outputs, lock_time):
        """What is signed for one input (BIP-143)."""
        code = b"\x76\xa9\x14" + self.script[2:] + b"\x88\xac"
        return double_sha256(b"".join([
            struct.pack("<i", 2), double_sha256(b"".join(each.outpoint for each in coins)),
            double_sha256(struct.pack("<I", SEQUENCE) * len(coins)), coin.outpoint, sized(code),
            struct.pack("<q", coin.amount), struct.pack("<I", SEQUENCE),
            double_sha256(b"".join(output.encoded for output in outputs)),
            struct.pack("<I", lock_time), struct.pack("<I", SIGHASH_ALL)]))


@dataclass(frozen=True)
class Transaction:
    """Its bytes without and with witnesses."""

    stripped: bytes
    raw: bytes

    @property
    def id(self):
        return double_sha256(self.stripped)[::-1].hex()

    @property
    def hex(self):
        return self.raw.hex()
