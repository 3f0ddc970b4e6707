# pragma version 0.4.3
"""An ERC-20 for development: every account is born with a grant, so that anybody can pay."""

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256

GRANT: constant(int256) = 10 ** 15

name: public(constant(String[18])) = "Development dollar"
symbol: public(constant(String[4])) = "DUSD"
decimals: public(constant(uint8)) = 6

# What an account received minus what it sent, without its grant.
flow: HashMap[address, int256]


@external
@view
def balanceOf(owner: address) -> uint256:
    return convert(GRANT + self.flow[owner], uint256)


@internal
def _move(sender: address, receiver: address, amount: uint256):
    signed: int256 = convert(amount, int256)
    assert GRANT + self.flow[sender] >= signed, "balance too low"
    self.flow[sender] -= signed
    self.flow[receiver] += signed
    log Transfer(sender=sender, receiver=receiver, amount=amount)


@external
def transfer(receiver: address, amount: uint256) -> bool:
    self._move(msg.sender, receiver, amount)
    return True


@external
def transfer_many(receivers: DynArray[address, 16], amount: uint256) -> bool:
    for receiver: address in receivers:
        self._move(msg.sender, receiver, amount)
    return True
