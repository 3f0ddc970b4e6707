"""What happens on a Bitcoin-like chain: forms of deposit, and what looks like one."""
from attacks import (BELOW_THE_MINIMUM, NOT_A_LISTED_ASSET, NOT_A_MOVEMENT, NOT_TO_AN_ISSUED_ADDRESS,
                     TAKEN_BACK, fake, showing)
from bitcoin_transaction import Output, SpendingKey
from litecoin_mweb import HOGEX_MATURITY, Mweb
from litecoin_node import COIN
from litecoin_world import LITECOIN, reward
from oracle import Block, Transfer

AMOUNT = 12_345_678
DUST = 546


def played(make_payments):
    """A scenario: a block with the payments, a control deposit after it, and blocks until both are final."""

    def play(scene):
        payments = list(make_payments(scene.world))
        control = scene.world.plain(1, 3 * AMOUNT)
        scene.begin()
        scene.mine(*payments)
        scene.mine(control)
        scene.mine_unwatched(scene.world.finality_distance)

    return play


def plain(world):
    yield world.sent([(world.addresses[0], AMOUNT)])


def several_to_one(world):
    first, second = world.addresses[:2]
    yield world.sent([(first, AMOUNT), (second, AMOUNT + 1), (first, AMOUNT)])


def kinds_of_address(world):
    """P2WPKH, P2PKH, P2SH and P2WSH."""
    yield from (world.sent([(address, AMOUNT + index)]) for index, address in enumerate(world.addresses))


def zero(world):
    yield fake("B7", NOT_A_MOVEMENT, world.sent([(world.addresses[0], 0)]))


def below_the_minimum(world):
    """One base unit too little: recorded, and never told."""
    yield fake("B7", BELOW_THE_MINIMUM, world.sent([(world.addresses[0], world.unit - 1)]))


def other_scripts(world):
    """Scripts of a watched address's key that are not its script: bare, in a multisig, behind a time lock."""
    key = SpendingKey("depositwatch watched key")
    public = bytes([len(key.public)]) + key.public
    issued = b"\x76\xa9\x14" + key.script[2:] + b"\x88\xac"
    watch_script(world, issued)
    scripts = [("B2", public + b"\xac"), ("B2", b"\x51" + public + b"\x51\xae"),
               ("B11", b"\x51\xb1\x75" + issued)]
    payment = world.sent_to_scripts([Output(script, AMOUNT) for _, script in scripts])
    for output, (row, _) in enumerate(scripts):
        payment = fake(row, NOT_TO_AN_ISSUED_ADDRESS, payment, f"output:{output}")
    yield payment


def omni(world):
    """A token's payload (Omni simple send of 1,000 units of property 31), with dust to show the receiver."""
    payload = b"omni" + (0).to_bytes(4, "big") + (31).to_bytes(4, "big") + (1_000 * COIN).to_bytes(8, "big")
    receiver = world.addresses[0]
    outputs = [Output(b"\x6a" + bytes([len(payload)]) + payload, 0), Output(world.node.script(receiver), DUST)]
    payment = world.sent_to_scripts(outputs, [(None, 0), (receiver, DUST)])
    payment = fake("B3", NOT_A_LISTED_ASSET, payment, "output:0")
    yield fake("B3", BELOW_THE_MINIMUM, payment, "output:1")


def double_spend(scene):
    """A payment's block leaves the chain, and its coin goes to a stranger."""
    world = scene.world
    payment, spend = world.sent_twice([(world.addresses[0], AMOUNT)], [(world.stranger, AMOUNT)])
    taken_back(scene, fake("B1", TAKEN_BACK, payment), spend)


def changed_id(scene):
    """The same coin pays the same address in another transaction: another deposit, and the first is none."""
    world, outputs = scene.world, [(scene.world.addresses[0], AMOUNT)]
    payment, again = world.sent_twice(outputs, outputs, lock_time=1)
    taken_back(scene, fake("B5", TAKEN_BACK, payment), again)


def taken_back(scene, payment, replacement):
    scene.begin()
    scene.mine(payment)
    scene.fork(1, [replacement], [])
    scene.mine_empty(4)


def watch_script(world, script):
    world.addresses.append(world.node.address(script))


def coinbase(scene):
    """A block reward to a watched address: detected at once, confirmed when it can be spent, not before."""
    scene.begin()
    block = scene.mine_reward()
    maturity = block.transfers[0].maturity
    scene.mine(scene.world.plain(1, AMOUNT))
    scene.mine_unwatched(maturity + scene.world.finality_distance)


def peg_out(scene):
    """Value that comes out of the extension block: an output of the HogEx, immature for 6 blocks."""
    world = scene.world
    mweb = Mweb(world.node)
    mweb.begin()
    scene.begin()
    mweb.peg_out(world.addresses[0], AMOUNT)
    scene.mined(hogex_block(world, mweb.mine()))
    for _ in range(max(HOGEX_MATURITY, world.finality_distance) + 1):
        scene.mined(hogex_block(world, mweb.mine()))


def hogex_block(world, block_hash):
    """A block as the oracle wants it: its last transaction, the HogEx, pays the peg-outs."""
    block = world.node.block(block_hash)
    hogex = block["tx"][-1]
    scripts = {world.node.script(address).hex(): address for address in world.addresses}
    transfers = tuple(
        Transfer(hogex["txid"], f"output:{output['n']}", LITECOIN, int(output["value"] * COIN),
                 scripts[output["scriptPubKey"]["hex"]], maturity=HOGEX_MATURITY)
        for output in hogex["vout"] if output.get("scriptPubKey", {}).get("hex") in scripts)
    return Block(block["height"], block_hash, transfers)


def scenarios():
    """Name to scenario."""
    return {
        "plain-deposit": played(plain),
        "several-to-one-address": showing("G9")(played(several_to_one)),
        "address-kinds": played(kinds_of_address),
        "zero-value": played(zero),
        "below-minimum": played(below_the_minimum),
        "other-scripts": played(other_scripts),
        "omni": played(omni),
        "double-spend": double_spend,
        "changed-id": changed_id,
        "coinbase": showing("B4")(coinbase),
        "peg-out": showing("B4")(peg_out),
    }
