# pragma version 0.4.3
"""A token that refuses every transfer the old way: it answers false, moves nothing and logs nothing."""

decimals: public(constant(uint8)) = 6


@external
@view
def balanceOf(owner: address) -> uint256:
    return 10 ** 15


@external
def transfer(receiver: address, amount: uint256) -> bool:
    return False
