"""What happens on an EVM chain: forms of deposit, and what looks like one."""
from eth_utils import encode_hex

from evm_chain import FEE_RECIPIENT
from evm_contracts import (FORGER, PAYER, REFUSING_TOKEN, TOKEN, TRANSFER_TOPIC, address_topic, call_data,
                           paying_and_destroying_code)
from evm_world import NATIVE

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
    yield world.sent(PAYER, 4, call_data("pay_many(address[])", [key, key]),
                     ("call:0.0", NATIVE, 2, key), ("call:0.1", NATIVE, 2, key))
    yield world.sent(TOKEN, 0, call_data("transfer_many(address[],uint256)", [key, key], 9),
                     ("log:0", "DUSD", 9, key), ("log:1", "DUSD", 9, key))


def token(world):
    yield world.pay_token(world.keys[0], 12_500_000)


def inner_calls(world):
    """Every way in which value reaches an address below the top of a transaction."""
    key = world.keys[0]
    yield world.pay_inside(key, 11)
    yield world.pay_by_destruction(key, 12)
    yield world.pay_by_creation(key, 13)
    yield world.sent(PAYER, 14, call_data("pay_through(address,address)", PAYER, key),
                     ("call:0.0.0", NATIVE, 14, key))
    code = paying_and_destroying_code(key)
    yield world.sent(PAYER, 15, call_data("create_paying(bytes,bytes32)", code, b"\1" * 32),
                     ("call:0.0.0", NATIVE, 15, key))


def failed(world):
    """Transactions whose receipt says 0x0; the forger is a watched address here, and refuses plain value."""
    key = world.keys[0]
    yield world.fail(key, 21)
    yield world.sent(TOKEN, 0, call_data("transfer(address,uint256)", key, 10 ** 16))
    yield world.sent(FORGER, 22, b"")


def reverted_inside(world):
    """Transactions that succeed, though the frame with the payment in it failed, or never moved anything."""
    key = world.keys[0]
    yield world.revert_inside(key, 31)
    yield world.sent(PAYER, 32, call_data("try_pay(address)", FORGER))
    yield world.delegate(key, 33)


def forged(world):
    """Logs with the Transfer topic: from the wrong contract, with too many topics, with too few."""
    key = world.keys[0]
    yield world.forge(key, 41)
    amount = (42).to_bytes(32, "big")
    sender, receiver = address_topic(PAYER), address_topic(key)
    yield world.sent(FORGER, 0, call_data("four_topics(bytes32,bytes32,bytes32,bytes32,bytes)",
                                          TRANSFER_TOPIC, sender, receiver, amount, b""))
    yield world.sent(FORGER, 0, call_data("one_topic(bytes32,bytes)",
                                          TRANSFER_TOPIC, sender + receiver + amount))


def wrong_token(world):
    """A token that is listed nowhere, and one that refuses without a word."""
    key = world.keys[0]
    yield world.pay_unlisted(key, 51)
    yield world.sent(REFUSING_TOKEN, 0, call_data("transfer(address,uint256)", key, 52))


def zero(world):
    key = world.keys[0]
    yield world.pay_nothing(key, 0)
    yield world.sent(TOKEN, 0, call_data("transfer(address,uint256)", key, 0))
    yield world.sent(PAYER, 0, call_data("pay(address)", key))


def paid_inside_to_nobody(world):
    """Fills the block whose fees go to a watched address: a fee recipient's income is no deposit."""
    yield world.pay_unlisted(world.keys[0], 61)


def withdrawal(world):
    yield world.pay_by_withdrawal(world.keys[0], 32 * 10 ** 9)


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
