"""A real litecoind in regression-test mode: temporary folder, free port, a clock that the test sets."""
import base64
import decimal
import http.client
import json
from pathlib import Path
import random
import shutil
import socket
import subprocess
import tempfile
import time

from bitcoin_transaction import Coin, Output, SpendingKey

PROGRAM = "/usr/lib/litecoin/litecoind"
GENESIS_HASH = "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9"
START_TIME = 1_750_000_000
BLOCK_INTERVAL = 150
COIN = 10 ** 8
COINBASE_MATURITY = 100
SPLIT = 64          # coins made from one block reward
FEE = 10_000
USER, PASSWORD = "tests", "tests"


class LitecoinError(Exception):
    """An error answer of litecoind."""

    def __init__(self, error):
        super().__init__(f"{error['message']} (code {error['code']})")
        self.code = error["code"]


def free_port():
    """A port that nobody listens on now. Below those Linux gives to outgoing connections (32768 and up), so that
    none of these takes it before, or between two runs of, the process it is meant for."""
    while True:
        port = random.randrange(20_000, 32_768)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def installed():
    return Path(PROGRAM).exists()


class LitecoinNode:
    """A running litecoind, and a key whose coins pay for everything.

    Transactions do not pass through the memory pool: a block is mined with exactly those it is given, so a
    test decides what is mined, in which order, and what never is.
    """

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="litecoin-regtest-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.key = SpendingKey("depositwatch development miner")
        self.coins = []
        self.clock = START_TIME
        silent = subprocess.DEVNULL
        self.process = subprocess.Popen(self.command(), stdout=silent, stderr=silent)
        try:
            self.wait_until_ready()
            self.home = self.address(self.key.script)
            self.advance_clock(0)
        except BaseException:
            self.stop()
            raise

    def command(self):
        return [PROGRAM, "-regtest", f"-datadir={self.folder}", "-server=1", "-listen=0", "-dnsseed=0",
                "-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1", f"-rpcport={self.port}",
                f"-rpcuser={USER}", f"-rpcpassword={PASSWORD}", "-txindex=1", "-rest=1",
                "-fallbackfee=0.0002", "-printtoconsole=0"]

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.stop()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_until_ready(self, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"litecoind ended with status {self.process.returncode} while starting")
            try:
                return self.rpc("getblockcount")
            except (OSError, LitecoinError):
                time.sleep(0.1)
        raise TimeoutError(f"litecoind did not answer within {seconds} s")

    # JSON-RPC.

    def rpc(self, method, *params, wallet=None):
        """One call; numbers with a point come back as Decimal."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        request = json.dumps({"jsonrpc": "1.0", "id": 1, "method": method, "params": params})
        path = f"/wallet/{wallet}" if wallet else "/"
        try:
            connection.request("POST", path, request, {"Authorization": f"Basic {credentials}"})
            answer = json.loads(connection.getresponse().read(), parse_float=decimal.Decimal)
        finally:
            connection.close()
        if answer["error"]:
            raise LitecoinError(answer["error"])
        return answer["result"]

    def address(self, script):
        """The regtest address of an output script."""
        return self.rpc("decodescript", script.hex())["addresses"][0]

    def script(self, address):
        return bytes.fromhex(self.rpc("validateaddress", address)["scriptPubKey"])

    @property
    def height(self):
        return self.rpc("getblockcount")

    @property
    def head(self):
        """The hash of the newest block."""
        return self.rpc("getbestblockhash")

    def block(self, block_hash):
        return self.rpc("getblock", block_hash, 2)

    # Mining.

    def advance_clock(self, seconds=BLOCK_INTERVAL):
        self.clock += seconds
        self.rpc("setmocktime", self.clock)

    def mine(self, transactions=(), address=None):
        """Mines one block with exactly these raw transactions (hex); its reward goes to `address`."""
        self.advance_clock()
        return self.rpc("generateblock", address or self.home, list(transactions))["hash"]

    def mine_empty(self, count):
        """Mines blocks with nothing but their rewards; returns their hashes."""
        return [self.mine() for _ in range(count)]

    def fund(self, coins):
        """Mines until this many independent coins can be spent, and leaves them in the newest block."""
        needed = -(-coins // SPLIT)
        rewards = [self.mined_coin(block_hash) for block_hash in self.mine_empty(needed)]
        self.mine_empty(COINBASE_MATURITY)
        splits = [self.split(reward) for reward in rewards]
        self.mine([split.hex for split, _ in splits])
        self.coins += [coin for _, made in splits for coin in made]

    def mined_coin(self, block_hash):
        reward = self.block(block_hash)["tx"][0]
        return Coin(reward["txid"], 0, int(reward["vout"][0]["value"] * COIN))

    def split(self, coin):
        """A transaction that cuts a coin into equal parts, and the parts."""
        part = (coin.amount - FEE * 10) // SPLIT
        transaction = self.key.spend([coin], [Output(self.key.script, part)] * SPLIT)
        return transaction, [Coin(transaction.id, index, part) for index in range(SPLIT)]

    # Paying and forking.

    def pay(self, outputs):
        """A signed transaction that pays `[(address, base units)]` in this order; its change comes last.

        Every payment spends a coin of its own, so any of them can be left out of a fork.
        """
        return self.pay_scripts([Output(self.script(address), amount) for address, amount in outputs])

    def pay_scripts(self, paid):
        """The same, for any output scripts."""
        return self.spend(self.coins.pop(0), paid)

    def spend(self, coin, paid, lock_time=0):
        """The same, from this coin."""
        change = coin.amount - sum(output.amount for output in paid) - FEE
        return self.key.spend([coin], [*paid, Output(self.key.script, change)], lock_time)

    def fork(self, depth):
        """Drops `depth` blocks from the head; returns their raw transactions (hex), rewards left out."""
        height = self.height
        hashes = [self.rpc("getblockhash", height - depth + 1 + offset) for offset in range(depth)]
        blocks = [self.block(block_hash) for block_hash in hashes]
        dropped = [transaction["hex"] for block in blocks for transaction in block["tx"][1:]]
        self.rpc("invalidateblock", hashes[0])
        return dropped
