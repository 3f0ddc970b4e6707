"""What happens on a Bitcoin-like chain: forms of deposit, and what looks like one."""
from bitcoin_transaction import Output, SpendingKey
from litecoin_mweb import HOGEX_MATURITY, Mweb
from litecoin_node import COIN
from litecoin_world import LITECOIN, reward
from oracle import Block, Transfer

AMOUNT = 12_345_678


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
    yield world.sent([(world.addresses[0], 0)])


def below_the_minimum(world):
    """One base unit too little: recorded, and never told."""
    yield world.sent([(world.addresses[0], world.unit - 1)])


def other_scripts(world):
    """Scripts of a watched address's key that are not its script: bare public key, bare 1-of-1 multisig."""
    key = SpendingKey("depositwatch watched key")
    public = bytes([len(key.public)]) + key.public
    watch_script(world, b"\x76\xa9\x14" + key.script[2:] + b"\x88\xac")
    bare_key, bare_multisig = public + b"\xac", b"\x51" + public + b"\x51\xae"
    yield world.sent_to_scripts([Output(bare_key, AMOUNT), Output(bare_multisig, AMOUNT)])


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
        "several-to-one-address": played(several_to_one),
        "address-kinds": played(kinds_of_address),
        "zero-value": played(zero),
        "below-minimum": played(below_the_minimum),
        "other-scripts": played(other_scripts),
        "coinbase": coinbase,
        "peg-out": peg_out,
    }
