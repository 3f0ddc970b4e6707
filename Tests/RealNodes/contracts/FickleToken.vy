# pragma version 0.4.3
"""A token that is honest until it is told otherwise: it may begin to take a fee, or log what never happened.

As in Token, every account is born with a grant. Whatever the fee, the log names the whole amount.
"""

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256

GRANT: constant(int256) = 10 ** 15

# What an account received minus what it sent, without its grant.
flow: HashMap[address, int256]
# Of a hundred units that are sent, how many do not arrive.
fee: uint256


@external
@view
def balanceOf(owner: address) -> uint256:
    return convert(GRANT + self.flow[owner], uint256)


@internal
def _move(sender: address, receiver: address, amount: uint256):
    signed: int256 = convert(amount, int256)
    assert GRANT + self.flow[sender] >= signed, "balance too low"
    self.flow[sender] -= signed
    self.flow[receiver] += convert(amount - amount * self.fee // 100, int256)
    log Transfer(sender=sender, receiver=receiver, amount=amount)


@external
def transfer(receiver: address, amount: uint256) -> bool:
    self._move(msg.sender, receiver, amount)
    return True


@external
def sweep(owner: address, receiver: address, amount: uint256):
    """Moves what is another's: the addresses that tests watch have no key to sign with."""
    self._move(owner, receiver, amount)


@external
def take_fee(fee: uint256):
    self.fee = fee


@external
def pretend(sender: address, receiver: address, amount: uint256):
    """A log, and nothing behind it."""
    log Transfer(sender=sender, receiver=receiver, amount=amount)
