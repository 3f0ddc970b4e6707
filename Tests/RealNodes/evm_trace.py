"""A Prague EVM that remembers its call frames, told in the shape of geth's callTracer.

The frames are those of the one execution that made the block; nothing is run twice.
"""
from dataclasses import dataclass
import warnings

from eth.constants import CREATE_CONTRACT_ADDRESS
from eth.exceptions import InvalidInstruction, OutOfGas, Revert, VMError, WriteProtection
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.forks.prague.state import PragueState
from eth_utils import encode_hex, to_hex

OPCODE_NAMES = {0xF0: "CREATE", 0xF1: "CALL", 0xF2: "CALLCODE", 0xF4: "DELEGATECALL",
                0xF5: "CREATE2", 0xFA: "STATICCALL"}
SELFDESTRUCT = 0xFF
# py-evm warns whenever SELFDESTRUCT runs; here it runs on purpose.
warnings.filterwarnings("ignore", message="SELFDESTRUCT opcode present")
REVERT_REASON_SELECTOR = bytes.fromhex("08c379a0")


@dataclass
class Call:
    """A frame that ran: the opcode that opened it and the computation that it was."""

    opcode: int
    computation: object


@dataclass
class Unopened:
    """A call or creation that failed before its frame opened, because the caller could not pay the value."""

    opcode: int
    sender: bytes
    to: bytes | None
    value: int
    gas: int


@dataclass
class SelfDestruct:
    """A contract that sent its whole balance away."""

    sender: bytes
    beneficiary: bytes
    value: int


def stack_item(computation, depth):
    """The stack's item this far below its top, as an integer, 0 where there is none; nothing is popped."""
    values = computation._stack.values
    item = values[-1 - depth] if len(values) > depth else 0
    return int.from_bytes(item, "big") if isinstance(item, bytes) else item


class WatchedSelfDestruct:
    """SELFDESTRUCT that notes what it sends before it does so."""

    def __init__(self, opcode):
        self.opcode = opcode
        self.mnemonic = "SELFDESTRUCT"

    def __call__(self, computation):
        sender = computation.msg.storage_address
        beneficiary = stack_item(computation, 0).to_bytes(32, "big")[12:]
        value = computation.state.get_balance(sender)
        computation.frames.append(SelfDestruct(sender, beneficiary, value))
        try:
            self.opcode(computation=computation)
        except VMError:
            computation.frames.pop()
            raise


class WatchedCall:
    """A calling or creating opcode that notes the frame which could not open for lack of balance."""

    def __init__(self, opcode, number):
        self.opcode = opcode
        self.number = number
        self.mnemonic = OPCODE_NAMES[number]

    def __call__(self, computation):
        creates = self.number in (0xF0, 0xF5)
        value = stack_item(computation, 0 if creates else 2)
        to = None if creates else stack_item(computation, 1).to_bytes(32, "big")[12:]
        gas = 0 if creates else stack_item(computation, 0)
        before = len(computation.frames)
        self.opcode(computation=computation)
        sender = computation.msg.storage_address
        too_poor = computation.state.get_balance(sender) < value
        if len(computation.frames) == before and too_poor:
            computation.frames.append(Unopened(self.number, sender, to, value, gas))


def watched_opcodes(opcodes):
    """The opcode table with the opcodes replaced that move value without opening a frame of their own."""
    watched = dict(opcodes)
    watched[SELFDESTRUCT] = WatchedSelfDestruct(opcodes[SELFDESTRUCT])
    for number in (0xF0, 0xF1, 0xF2, 0xF5):
        watched[number] = WatchedCall(opcodes[number], number)
    return watched


class TracingComputation(PragueComputation):
    """A computation that keeps the frames below it in the order in which they opened."""

    opcodes = watched_opcodes(PragueComputation.opcodes)

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.frames = []

    def add_child_computation(self, child_computation):
        opcode = self.msg.code[self.code.program_counter - 1]
        self.frames.append(Call(opcode, child_computation))
        super().add_child_computation(child_computation)


class TracingState(PragueState):
    computation_class = TracingComputation


class TracingVM(PragueVM):
    """The Prague rules; `computations` and `receipts` hold what each transaction of the block did."""

    _state_class = TracingState

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.computations = []
        self.receipts = []

    def transaction_applied_hook(self, index, transactions, vm_header, header, computation, receipt):
        self.computations.append(computation)
        self.receipts.append(receipt)


def error_text(error):
    """geth's words for what ended a frame."""
    if isinstance(error, Revert):
        return "execution reverted"
    if isinstance(error, OutOfGas):
        return "out of gas"
    if isinstance(error, WriteProtection):
        return "write protection"
    if isinstance(error, InvalidInstruction):
        return "invalid opcode"
    return str(error)


def revert_reason(output):
    """The text inside a revert's `Error(string)`, if it is one."""
    if not output.startswith(REVERT_REASON_SELECTOR) or len(output) < 68:
        return None
    length = int.from_bytes(output[36:68], "big")
    return output[68:68 + length].decode("utf-8", errors="replace")


def frame_ending(computation):
    """What a frame answered: its output, or the error that ended it."""
    ending = {}
    if computation.output:
        ending["output"] = encode_hex(computation.output)
    if computation.is_error:
        ending["error"] = error_text(computation.error)
        reason = revert_reason(computation.output)
        if reason is not None:
            ending["revertReason"] = reason
    return ending


def call_frame(kind, computation):
    """A callTracer frame, with the frames below it."""
    message = computation.msg
    creates = message.is_create
    frame = {"from": encode_hex(message.sender), "gas": to_hex(message.gas),
             "gasUsed": to_hex(computation.get_gas_used())}
    if kind == "DELEGATECALL":
        frame["from"] = encode_hex(message.storage_address)
        frame["to"] = encode_hex(message.code_address)
    elif kind == "CALLCODE":
        frame["to"] = encode_hex(message.code_address)
    elif not creates:
        frame["to"] = encode_hex(message.to)
    elif not computation.is_error:
        frame["to"] = encode_hex(message.storage_address)
    frame["input"] = encode_hex(bytes(message.code if creates else message.data))
    frame |= frame_ending(computation)
    calls = [frame_below(below) for below in computation.frames]
    if calls:
        frame["calls"] = calls
    if kind != "STATICCALL":
        frame["value"] = to_hex(message.value)
    frame["type"] = kind
    return frame


def frame_below(below):
    """The frame of anything that opened, or failed to open, inside another frame."""
    if isinstance(below, Call):
        return call_frame(OPCODE_NAMES[below.opcode], below.computation)
    if isinstance(below, SelfDestruct):
        return {"from": encode_hex(below.sender), "gas": "0x0", "gasUsed": "0x0",
                "to": encode_hex(below.beneficiary), "input": "0x",
                "value": to_hex(below.value), "type": "SELFDESTRUCT"}
    frame = {"from": encode_hex(below.sender), "gas": to_hex(below.gas), "gasUsed": "0x0", "input": "0x",
             "error": "insufficient balance for transfer", "value": to_hex(below.value),
             "type": OPCODE_NAMES[below.opcode]}
    return frame if below.to is None else frame | {"to": encode_hex(below.to)}


def transaction_frame(computation, transaction, gas_used):
    """The outermost frame; its gas is the transaction's, as geth prints it."""
    kind = "CREATE" if transaction.to == CREATE_CONTRACT_ADDRESS else "CALL"
    frame = call_frame(kind, computation)
    return frame | {"gas": to_hex(transaction.gas), "gasUsed": to_hex(gas_used)}
