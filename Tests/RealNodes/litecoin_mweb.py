"""Peg-ins and peg-outs in regression-test mode: value that goes into the extension block and comes out.

The extension block begins at height 432, and no block is mined there until a peg-in waits in the memory
pool. From then on litecoind cannot mine a chosen list of transactions: a block holds what waits in the pool.
"""
from litecoin_node import COIN

LAST_PLAIN_HEIGHT = 431
HOGEX_MATURITY = 6


class Mweb:
    """Two wallets: one whose coins are in the open, and one whose coins are all in the extension block."""

    def __init__(self, node):
        self.node = node
        for wallet in ("open", "hidden"):
            node.rpc("createwallet", wallet)
        self.open_address = node.rpc("getnewaddress", "", "bech32", wallet="open")
        self.hidden_address = node.rpc("getnewaddress", "", "mweb", wallet="hidden")

    def mine(self):
        """Mines one block with all that waits in the memory pool."""
        self.node.advance_clock()
        return self.node.rpc("generatetoaddress", 1, self.node.home)[0]

    def begin(self):
        """Mines up to the extension block's first height and pegs money in there; needs one coin."""
        amount = self.node.coins[0].amount // 2
        self.node.mine([self.node.pay([(self.open_address, amount)]).hex])
        self.node.mine_empty(LAST_PLAIN_HEIGHT - self.node.height)
        self.peg_in(amount // 2)
        return self.mine()

    def peg_in(self, amount):
        """Sends base units into the extension block; waits in the memory pool."""
        return self.node.rpc("sendtoaddress", self.hidden_address, decimal_text(amount), wallet="open")

    def peg_out(self, address, amount):
        """Sends base units out of the extension block: an output of the next block's HogEx."""
        return self.node.rpc("sendtoaddress", address, decimal_text(amount), wallet="hidden")


def decimal_text(amount):
    """Base units as litecoind reads amounts: `5000` is `0.00005000`."""
    return f"{amount // COIN}.{amount % COIN:08d}"
