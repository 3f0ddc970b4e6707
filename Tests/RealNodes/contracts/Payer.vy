# pragma version 0.4.3
"""Pays by inner calls, in every way a payment can be made, hidden or taken back inside a transaction."""


@external
@payable
def pay(receiver: address):
    """One inner call that carries the value."""
    raw_call(receiver, b"", value=msg.value)


@external
@payable
def pay_many(receivers: DynArray[address, 16]):
    """An inner call for each receiver, in equal parts."""
    part: uint256 = msg.value // len(receivers)
    for receiver: address in receivers:
        raw_call(receiver, b"", value=part)


@external
@payable
def pay_then_fail(receiver: address):
    """An inner call that carries the value, and then a revert of the frame around it."""
    raw_call(receiver, b"", value=msg.value)
    raise "taken back"


@external
@payable
def try_pay_then_fail(receiver: address):
    """Calls `pay_then_fail` and forgives its failure: the transaction succeeds, nothing was paid."""
    call_data: Bytes[36] = abi_encode(receiver, method_id=method_id("pay_then_fail(address)"))
    paid: bool = raw_call(self, call_data, value=msg.value, revert_on_failure=False)


@external
@payable
def try_pay(receiver: address):
    """An inner call that carries the value, forgiven where the receiver refuses it."""
    paid: bool = raw_call(receiver, b"", value=msg.value, revert_on_failure=False)


@external
@payable
def delegate_to(receiver: address):
    """A delegate call: tracers print the value beside it, though nothing moves."""
    raw_call(receiver, b"", is_delegate_call=True)


@external
@payable
def pay_through(payer: address, receiver: address):
    """Runs another payer's `pay` in this contract's name: a value call below a delegate call."""
    call_data: Bytes[36] = abi_encode(receiver, method_id=method_id("pay(address)"))
    raw_call(payer, call_data, is_delegate_call=True)


@external
@payable
def create_paying(code: Bytes[256], salt: bytes32) -> address:
    """CREATE2 with an endowment: the value reaches an address that had no code before."""
    return raw_create(code, value=msg.value, salt=salt)
