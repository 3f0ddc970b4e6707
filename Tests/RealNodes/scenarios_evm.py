"""What happens on an EVM chain: forms of deposit, and what looks like one."""
from eth_utils import encode_hex, keccak

from attacks import NOT_A_LISTED_ASSET, NOT_A_MOVEMENT, NOT_TO_AN_ISSUED_ADDRESS, TAKEN_BACK, fake, showing
from evm_chain import FEE_RECIPIENT
from evm_contracts import (FORGER, PAYER, REFUSING_TOKEN, TOKEN, TRANSFER_TOPIC, address_topic, call_data,
                           calling_code, forged_transfer, overreaching_code, paying_and_destroying_code)
from evm_world import DOLLAR, NATIVE

ETHER = 10 ** 18
STRANGER = keccak(text="stranger")[12:]


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
    yield fake("E1", NOT_A_MOVEMENT, world.fail(key, 21 * world.unit))
    transfer = call_data("transfer(address,uint256)", key, 10 ** 16)
    yield fake("E1", NOT_A_MOVEMENT, world.sent(TOKEN, 0, transfer))
    yield fake("E1", NOT_A_MOVEMENT, world.sent(FORGER, 22 * world.unit, b""))
    yield fake("E26", NOT_A_MOVEMENT, world.sent(TOKEN, 0, transfer[:-1]))


def reverted_inside(world):
    """Transactions that succeed, though the frame with the payment in it failed, or never moved anything."""
    key = world.keys[0]
    yield fake("E5", NOT_A_MOVEMENT, world.revert_inside(key, 31 * world.unit))
    refused = world.sent(PAYER, 32 * world.unit, call_data("try_pay(address)", FORGER))
    yield fake("E5", NOT_A_MOVEMENT, refused)
    yield fake("E7", NOT_A_MOVEMENT, world.delegate(key, 33 * world.unit))


def forged(world):
    """Logs with the Transfer topic: from the wrong contract, with too many topics, with too few."""
    key = world.keys[0]
    yield fake("E4", NOT_A_LISTED_ASSET, world.forge(key, 41 * world.unit))
    amount = (42 * world.unit).to_bytes(32, "big")
    sender, receiver = address_topic(PAYER), address_topic(key)
    four = world.sent(FORGER, 0, four_topics(sender, receiver, amount))
    yield fake("E4", NOT_A_LISTED_ASSET, four)
    yield fake("E4", NOT_A_LISTED_ASSET, world.sent(FORGER, 0, one_topic(sender + receiver + amount)))


def copied(world):
    """A router that has a token pay, and logs a copy of the token's Transfer in its own name."""
    key, units = world.keys[0], 43 * world.token_unit
    code = calling_code((TOKEN, call_data("transfer(address,uint256)", key, units)),
                        (FORGER, forged_transfer(PAYER, key, units)))
    router = world.sent(None, 0, code, ("log:0", DOLLAR, units, key))
    yield fake("E14", NOT_A_LISTED_ASSET, router, "log:1")


def forwarded(world):
    """Value to a contract that hands it on to a stranger, with a watched address behind the call's input."""
    handed_on = call_data("pay(address)", STRANGER) + address_topic(world.keys[0])
    yield fake("E6", NOT_TO_AN_ISSUED_ADDRESS, world.sent(PAYER, 44 * world.unit, handed_on))


def three_topics(first, second, third, data):
    return call_data("three_topics(bytes32,bytes32,bytes32,bytes)", first, second, third, data)


def four_topics(sender, receiver, fourth):
    """The layout of an ERC-721 Transfer: the token's number is the fourth topic. Behind it, as some do, an amount."""
    return call_data("four_topics(bytes32,bytes32,bytes32,bytes32,bytes)",
                     TRANSFER_TOPIC, sender, receiver, fourth, fourth)


def one_topic(data, topic=TRANSFER_TOPIC):
    return call_data("one_topic(bytes32,bytes)", topic, data)


def odd_logs(world):
    """What a listed token may log that is no Transfer of an amount to an address."""
    key, amount = world.keys[0], (45 * world.unit).to_bytes(32, "big")
    sender, receiver = address_topic(PAYER), address_topic(key)
    layouts = [("E12", four_topics(sender, receiver, amount)),
               ("E20", one_topic(sender + receiver + amount)),
               ("E20", three_topics(TRANSFER_TOPIC, sender, receiver, amount[1:])),
               ("E20", three_topics(TRANSFER_TOPIC, sender, receiver, amount + amount)),
               ("E20", three_topics(TRANSFER_TOPIC, sender, b"\1" + receiver[1:], amount)),
               ("E10", one_topic(amount + amount, keccak(text="Rebase(uint256,uint256)"))),
               ("E22", one_topic(receiver + amount, keccak(text="DestroyedBlackFunds(address,uint256)")))]
    yield from (fake(row, NOT_A_MOVEMENT, world.sent(FORGER, 0, data)) for row, data in layouts)


def odd_token(scene):
    """The forger, listed as a token, and its logs that have not the form of a Transfer."""
    contract = encode_hex(FORGER)
    scene.list_assets(f"{{id: ODD, contract: \"{contract}\", decimals: 6, minimum: \"0.01\"}}")
    played(odd_logs)(scene)


def replaced(scene):
    """A payment leaves the chain, and its sender's next transaction takes its nonce for a stranger."""
    payment = scene.world.plain(0, 5 * scene.world.unit)
    replacement = scene.world.replaced(payment, STRANGER, 5 * scene.world.unit)
    scene.begin()
    scene.mine(fake("E18", TAKEN_BACK, payment))
    scene.fork(1, [replacement], [])
    scene.mine_empty(4)


def log_moves(scene):
    """Mined again, a payment's log stands at another place of its block, and it is the same deposit."""
    world = scene.world
    other = world.sent(TOKEN, 0, call_data("transfer_many(address[],uint256)", [STRANGER, STRANGER], 1))
    payment = world.pay_token(world.keys[0], 0)
    scene.begin()
    scene.mine(other, payment)
    scene.fork(1, [payment, other], [])
    scene.mine_empty(4)


def wrong_token(world):
    """A token that is listed nowhere, and one that refuses without a word."""
    key = world.keys[0]
    yield fake("E3", NOT_A_LISTED_ASSET, world.pay_unlisted(key, 0))
    refusal = call_data("transfer(address,uint256)", key, 52 * world.token_unit)
    yield fake("E2", NOT_A_MOVEMENT, world.sent(REFUSING_TOKEN, 0, refusal))


def zero(world):
    key = world.keys[0]
    yield fake("E11", NOT_A_MOVEMENT, world.pay_nothing(key, 0))
    nothing = world.sent(TOKEN, 0, call_data("transfer(address,uint256)", key, 0))
    yield fake("E11", NOT_A_MOVEMENT, nothing)
    yield fake("E11", NOT_A_MOVEMENT, world.sent(PAYER, 0, call_data("pay(address)", key)))


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
        "several-to-one-address": showing("G9")(played(several_to_one)),
        "token": played(token),
        "inner-call": showing("E8")(played(inner_calls)),
        "failed-transaction": watching(FORGER)(played(failed)),
        "inner-revert": watching(FORGER)(played(reverted_inside)),
        "forged-transfer-log": played(forged),
        "copied-transfer-log": played(copied),
        "forwarded-value": played(forwarded),
        "odd-token": odd_token,
        "replaced-transaction": replaced,
        "log-moves-in-reorg": showing("E17")(log_moves),
        "wrong-token": played(wrong_token),
        "zero-value": played(zero),
        "coinbase": watching(FEE_RECIPIENT)(played(paid_inside_to_nobody)),
        "withdrawal": played(withdrawal),
    }
