"""Tokens whose logs may say more than they move: what `verify_by_balance` credits, and what it sends to review."""
from eth_utils import encode_hex, keccak

from attacks import REVIEW, fake
from evm_contracts import FORGER, call_data, forged_transfer

STRANGER = keccak(text="stranger")[12:]
NOT_RECEIVED = "amount not received"


def listed(asset, contract):
    """A line of a chain file: an asset that is asked for balances."""
    return (f"{{id: {asset}, contract: \"{encode_hex(contract)}\", decimals: 6, minimum: \"0.01\","
            " verify_by_balance: true}")


class Token:
    """A FickleToken that a scenario lists, and the ways in which it pays a watched address, or seems to."""

    def __init__(self, scene, asset, *others):
        self.world, self.asset = scene.world, asset
        self.contract = scene.world.deployed("FickleToken")
        scene.list_assets(listed(asset, self.contract), *others)

    def pay(self, key, units, *doubt):
        data = call_data("transfer(address,uint256)", key, units)
        return self.world.sent(self.contract, 0, data, ("log:0", self.asset, units, key, *doubt))

    def pretend(self, sender, key, units):
        data = call_data("pretend(address,address,uint256)", sender, key, units)
        return self.world.sent(self.contract, 0, data, ("log:0", self.asset, units, key, NOT_RECEIVED))

    def sweep(self, owner, receiver, units):
        return self.world.sent(self.contract, 0, call_data("sweep(address,address,uint256)", owner, receiver, units))

    def take_fee(self, percent):
        return self.world.sent(self.contract, 0, call_data("take_fee(uint256)", percent))


def fee_token(scene):
    """A token begins to take a fee of 3 %: from then on its log says more than arrived."""
    token, (key, other) = Token(scene, "FEE"), scene.world.keys
    units = 50 * scene.world.token_unit
    before, switch = token.pay(key, units), token.take_fee(3)
    taxed = fake("E9", REVIEW, token.pay(key, units, NOT_RECEIVED))
    swept = fake("E9", REVIEW, token.pay(other, 2 * units, NOT_RECEIVED))
    sweep = token.sweep(other, STRANGER, units)
    scene.begin()
    scene.mine(before)
    scene.mine(switch, taxed)
    scene.mine(swept, sweep)
    scene.mine_empty(scene.world.finality_distance)


def upgraded_token(scene):
    """A token that was honest logs transfers that never were, and another one cannot say what anybody holds.

    What really came in such a block cannot be told from what did not: all of it waits for a person.
    """
    world = scene.world
    token, (key, other) = Token(scene, "UPG", listed("ODD", FORGER)), world.keys
    units = 60 * world.token_unit
    honest = token.pay(key, units)
    minted = fake("E13", REVIEW, token.pretend(bytes(20), key, units))
    copied = fake("E13", REVIEW, token.pretend(STRANGER, other, units))
    mixed = fake("E13", REVIEW, token.pay(other, units, NOT_RECEIVED))
    failing = fake("E13", REVIEW, world.sent(FORGER, 0, forged_transfer(STRANGER, key, units),
                                             ("log:0", "ODD", units, key, NOT_RECEIVED)))
    scene.begin()
    scene.mine(honest)
    scene.mine(minted, copied, mixed)
    scene.mine(failing)
    scene.mine_empty(world.finality_distance)


def verified_token(scene):
    """What arrives is credited: several receipts in one block, some of it swept on at once, and all mined again."""
    token, (key, other) = Token(scene, "TOK"), scene.world.keys
    units = 70 * scene.world.token_unit
    block = [token.pay(key, units), token.sweep(key, STRANGER, 3 * units), token.pay(key, 2 * units),
             token.sweep(key, key, 9 * units), token.pay(other, units)]
    scene.begin()
    scene.mine(*block)
    scene.fork(1, block[1:], block[:1], [])
    scene.mine_empty(scene.world.finality_distance)


def scenarios():
    """Name to scenario."""
    return {"fee-token": fee_token, "upgraded-token": upgraded_token, "verified-token": verified_token}
