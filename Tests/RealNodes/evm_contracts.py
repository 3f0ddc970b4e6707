"""The contracts of the development chain: where they stand from block 0 on, and how to call them."""
from pathlib import Path

from eth_abi import encode
from eth_utils import function_signature_to_4byte_selector, keccak

FOLDER = Path(__file__).parent / "contracts"


def standing_address(number):
    """The address 0x00…d00N; short, so that it is recognised in a log."""
    return (0xD000 + number).to_bytes(20, "big")


TOKEN = standing_address(1)            # listed in the chain file: DUSD, 6 decimals
UNLISTED_TOKEN = standing_address(2)   # the same code, listed nowhere
REFUSING_TOKEN = standing_address(3)   # answers false, moves nothing, logs nothing
PAYER = standing_address(4)            # pays by inner calls
FORGER = standing_address(5)           # logs what it is told to; refuses plain value
DESTRUCTOR = standing_address(6)       # SELFDESTRUCT to the address in its input

# CALLDATALOAD(0) SELFDESTRUCT: sends what it was paid, and all it holds, to the address in its input.
DESTRUCTOR_CODE = bytes.fromhex("600035ff")

TRANSFER_TOPIC = keccak(text="Transfer(address,address,uint256)")


def runtime_code(name):
    return bytes.fromhex((FOLDER / f"{name}.hex").read_text().strip().removeprefix("0x"))


def standing_contracts():
    """Address to runtime code, for the genesis state."""
    return {
        TOKEN: runtime_code("Token"),
        UNLISTED_TOKEN: runtime_code("Token"),
        REFUSING_TOKEN: runtime_code("RefusingToken"),
        PAYER: runtime_code("Payer"),
        FORGER: runtime_code("Forger"),
        DESTRUCTOR: DESTRUCTOR_CODE,
    }


def call_data(signature, *arguments):
    """The input of a call: `call_data("transfer(address,uint256)", receiver, 5)`."""
    inside = signature[signature.index("(") + 1:-1]
    kinds = inside.split(",") if inside else []
    return function_signature_to_4byte_selector(signature) + encode(kinds, arguments)


def address_topic(address):
    return address.rjust(32, b"\0")


def forged_transfer(sender, receiver, amount):
    """Input for the forger: a log that has all of an ERC-20 Transfer but the right contract."""
    return call_data("three_topics(bytes32,bytes32,bytes32,bytes)", TRANSFER_TOPIC, address_topic(sender),
                     address_topic(receiver), amount.to_bytes(32, "big"))


def creation_code(runtime):
    """Creation code that leaves this behind: PUSH2 DUP1 PUSH1 PUSH0 CODECOPY PUSH0 RETURN."""
    return b"\x61" + len(runtime).to_bytes(2, "big") + b"\x80\x60\x0a\x5f\x39\x5f\xf3" + runtime


def overreaching_code(receiver, amount):
    """Creation code that calls the receiver with more value than it has, and then with this amount.

    The first call never opens, but tracers print a frame for it, so the second call is the second frame.
    """
    return b"".join(
        b"\x60\x00" * 4 + b"\x7f" + value.to_bytes(32, "big") + b"\x73" + receiver + b"\x5a\xf1"
        for value in (2 ** 255, amount)) + b"\x00"


def calling_code(*calls):
    """Creation code that makes these calls, (contract, input) each, one after the other."""
    inputs = b"".join(data for _, data in calls)
    offset = len(b"".join(call_code(to, len(data), 0) for to, data in calls)) + 1
    code = b""
    for to, data in calls:
        code += call_code(to, len(data), offset)
        offset += len(data)
    return code + b"\x00" + inputs


def call_code(to, length, offset):
    """CODECOPY of an input to memory, and a CALL with it and without value."""
    size = length.to_bytes(2, "big")
    copy = b"\x61" + size + b"\x61" + offset.to_bytes(2, "big") + b"\x60\x00\x39"
    return copy + b"\x60\x00" * 2 + b"\x61" + size + b"\x60\x00" * 2 + b"\x73" + to + b"\x5a\xf1\x50"


def paying_and_destroying_code(receiver):
    """Creation code that sends its endowment to the receiver and vanishes: PUSH20 receiver SELFDESTRUCT."""
    return b"\x73" + receiver + b"\xff"
