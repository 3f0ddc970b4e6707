"""What happens on an EVM chain: forms of deposit, and what looks like one."""
from eth_utils import encode_hex

from evm_chain import FEE_RECIPIENT
from evm_contracts import (FORGER, PAYER, REFUSING_TOKEN, TOKEN, TRANSFER_TOPIC, address_topic, call_data,
                           overreaching_code, paying_and_destroying_code)
from evm_world import DOLLAR, NATIVE

ETHER = 10 ** 18


def played(*make_payments):
    """A scenario: a block with the payments, a control deposit after it, and blocks until both are final.

    The control deposit shows that the watcher was awake where the payments must give no event.
    """

    def play(scene):
        payments = [payment for make in make_payments for payment in make(scene.world)]
        control = scene.world.plain(1, 3 * ETHER)
        scene.begin()
        scene.mine(*payments)
        scene.mine(control)
        scene.mine_empty(scene.world.finality_distance)

    return play


def plain(world):
    yield from (world.sent(world.keys[0], ETHER + kind, b"", ("call:0", NATIVE, ETHER + kind, world.keys[0]),
                           kind=kind) for kind in (0, 1, 2))


def several_to_one(world):
    key = world.keys[0]
    part, units = 2 * world.unit, 9 * world.token_unit
    yield world.sent(PAYER, 2 * part, call_data("pay_many(address[])", [key, key]),
                     ("call:0.0", NATIVE, part, key), ("call:0.1", NATIVE, part, key))
    yield world.sent(TOKEN, 0, call_data("transfer_many(address[],uint256)", [key, key], units),
                     ("log:0", DOLLAR, units, key), ("log:1", DOLLAR, units, key))


def token(world):
    key, units = world.keys[0], 12_500_000 * world.token_unit
    yield world.sent(TOKEN, 0, call_data("transfer(address,uint256)", key, units),
                     ("log:0", DOLLAR, units, key))


def inner_calls(world):
    """Every way in which value reaches an address below the top of a transaction."""
    key, unit = world.keys[0], world.unit
    yield world.pay_inside(key, 11 * unit)
    yield world.pay_by_destruction(key, 12 * unit)
    yield world.pay_by_creation(key, 13 * unit)
    yield world.sent(PAYER, 14 * unit, call_data("pay_through(address,address)", PAYER, key),
                     ("call:0.0.0", NATIVE, 14 * unit, key))
    code = paying_and_destroying_code(key)
    yield world.sent(PAYER, 15 * unit, call_data("create_paying(bytes,bytes32)", code, b"\1" * 32),
                     ("call:0.0.0", NATIVE, 15 * unit, key))
    yield world.sent(None, 16 * unit, overreaching_code(key, 16 * unit), ("call:0.1", NATIVE, 16 * unit, key))


def failed(world):
    """Transactions whose receipt says 0x0; the forger is a watched address here, and refuses plain value."""
    key = world.keys[0]
    yield world.fail(key, 21 * world.unit)
    yield world.sent(TOKEN, 0, call_data("transfer(address,uint256)", key, 10 ** 16))
    yield world.sent(FORGER, 22 * world.unit, b"")


def reverted_inside(world):
    """Transactions that succeed, though the frame with the payment in it failed, or never moved anything."""
    key = world.keys[0]
    yield world.revert_inside(key, 31 * world.unit)
    yield world.sent(PAYER, 32 * world.unit, call_data("try_pay(address)", FORGER))
    yield world.delegate(key, 33 * world.unit)


def forged(world):
    """Logs with the Transfer topic: from the wrong contract, with too many topics, with too few."""
    key = world.keys[0]
    yield world.forge(key, 41 * world.unit)
    amount = (42 * world.unit).to_bytes(32, "big")
    sender, receiver = address_topic(PAYER), address_topic(key)
    yield world.sent(FORGER, 0, call_data("four_topics(bytes32,bytes32,bytes32,bytes32,bytes)",
                                          TRANSFER_TOPIC, sender, receiver, amount, b""))
    yield world.sent(FORGER, 0, call_data("one_topic(bytes32,bytes)",
                                          TRANSFER_TOPIC, sender + receiver + amount))


def wrong_token(world):
    """A token that is listed nowhere, and one that refuses without a word."""
    key = world.keys[0]
    yield world.pay_unlisted(key, 0)
    yield world.sent(REFUSING_TOKEN, 0, call_data("transfer(address,uint256)", key, 52 * world.token_unit))


def zero(world):
    key = world.keys[0]
    yield world.pay_nothing(key, 0)
    yield world.sent(TOKEN, 0, call_data("transfer(address,uint256)", key, 0))
    yield world.sent(PAYER, 0, call_data("pay(address)", key))


def paid_inside_to_nobody(world):
    """Fills the block whose fees go to a watched address: a fee recipient's income is no deposit."""
    yield world.pay_unlisted(world.keys[0], 0)


def withdrawal(world):
    yield world.pay_by_withdrawal(world.keys[0], 32 * ETHER)


def watching(*keys):
    """Lets a scenario watch more addresses than the world's own."""

    def wrap(play):
        def with_more(scene):
            scene.world.keys += keys
            scene.world.addresses += [encode_hex(key) for key in keys]
            play(scene)

        return with_more

    return wrap


def scenarios():
    """Name to scenario."""
    return {
        "plain-deposit": played(plain),
        "several-to-one-address": played(several_to_one),
        "token": played(token),
        "inner-call": played(inner_calls),
        "failed-transaction": watching(FORGER)(played(failed)),
        "inner-revert": watching(FORGER)(played(reverted_inside)),
        "forged-transfer-log": played(forged),
        "wrong-token": played(wrong_token),
        "zero-value": played(zero),
        "coinbase": watching(FEE_RECIPIENT)(played(paid_inside_to_nobody)),
        "withdrawal": played(withdrawal),
    }
