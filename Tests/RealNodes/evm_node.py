"""A real EVM node for tests: py-evm behind the JSON-RPC methods that a deposit watcher asks for.

`python evm_node.py --port 8545` runs it alone; `EvmNode()` runs it inside a test. Its chain is worked through
the Python objects (`node.chain`, `node.wallet`) or through the `dev_*` methods.
"""
import argparse
import threading

from eth_utils import decode_hex, encode_hex, to_canonical_address

from evm_chain import CHAIN_ID, GENESIS_HASH, EvmChain
from evm_control import EvmControl
from evm_json import block_json, gas_used, logs_of_block, quantity, receipt_json, transaction_json
from evm_trace import transaction_frame
from evm_wallet import EvmWallet
from json_rpc_server import JsonRpcServer, RpcError


class EvmNode:
    """The node: a chain, a wallet that pays on it, and the server in front.

    `without` names methods that this node does not have (`eth_getBlockReceipts`, `debug_traceBlockByHash`).
    """

    def __init__(self, port=0, finality_distance=16, without=()):
        self.chain = EvmChain(finality_distance=finality_distance)
        self.wallet = EvmWallet(self.chain)
        self.control = EvmControl(self.chain, self.wallet)
        self.without = frozenset(without)
        self.server = JsonRpcServer(self.call, port)
        self.url = self.server.url

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.server.stop()

    @property
    def lock(self):
        """Hold this to change the chain in several steps that no client may see between."""
        return self.server.lock

    def call(self, name, params):
        """Runs a method by its name: `eth_getLogs` is `self.eth_getLogs`."""
        prefix, _, rest = name.partition("_")
        owner = self.control if prefix == "dev" else self
        known = prefix in ("web3", "eth", "net", "debug", "dev") and rest and name not in self.without
        method = getattr(owner, name, None) if known else None
        if method is None:
            raise RpcError(-32601, f"the method {name} does not exist/is not available")
        try:
            return method(**params) if isinstance(params, dict) else method(*params)
        except TypeError as error:
            raise RpcError(-32602, f"invalid arguments: {error}") from error

    # Who and where the node is.

    def web3_clientVersion(self):
        return "DevelopmentEVM/v1.0.0/py-evm"

    def eth_chainId(self):
        return quantity(CHAIN_ID)

    def net_version(self):
        return str(CHAIN_ID)

    def net_peerCount(self):
        return "0x1"

    def eth_syncing(self):
        return False

    def eth_blockNumber(self):
        return quantity(self.chain.head.height)

    # Blocks.

    def at_height(self, tag):
        """The canonical block of a number or tag; None where there is none."""
        head = self.chain.head.height
        named = {"latest": head, "pending": head, "earliest": 0, "finalized": self.chain.finalized_height,
                 "safe": max(self.chain.finalized_height, head - self.chain.finality_distance // 2)}
        try:
            height = named[tag] if tag in named else int(tag, 16)
        except (TypeError, ValueError) as error:
            raise RpcError(-32602, f"invalid argument 0: {tag!r} is no block number or tag") from error
        return self.chain.canonical[height] if 0 <= height <= head else None

    def at_hash(self, text):
        return self.chain.blocks.get(decode_hex(text))

    def at(self, place):
        """A block by hash, number, tag or EIP-1898 object."""
        if isinstance(place, dict):
            return self.at_hash(place["blockHash"]) if "blockHash" in place else self.at(place["blockNumber"])
        return self.at_hash(place) if len(place) == 66 else self.at_height(place)

    def eth_getBlockByNumber(self, tag, full=False):
        mined = self.at_height(tag)
        return mined and block_json(mined, full)

    def eth_getBlockByHash(self, block_hash, full=False):
        mined = self.at_hash(block_hash)
        return mined and block_json(mined, full)

    def eth_getBlockReceipts(self, place):
        mined = self.at(place)
        return mined and [receipt_json(mined, index) for index in range(len(mined.receipts))]

    # Transactions.

    def find(self, text):
        """The canonical block that holds a transaction, and its index there; None if there is none."""
        wanted = decode_hex(text)
        for mined in reversed(self.chain.canonical):
            for index, transaction in enumerate(mined.block.transactions):
                if transaction.hash == wanted:
                    return mined, index
        return None

    def eth_getTransactionByHash(self, transaction_hash):
        found = self.find(transaction_hash)
        return found and transaction_json(*found)

    def eth_getTransactionReceipt(self, transaction_hash):
        found = self.find(transaction_hash)
        return found and receipt_json(*found)

    def eth_sendRawTransaction(self, raw):
        return encode_hex(self.chain.submit_raw(decode_hex(raw)))

    # Logs and traces.

    def eth_getLogs(self, wanted):
        if "blockHash" in wanted:
            if "fromBlock" in wanted or "toBlock" in wanted:
                raise RpcError(-32602, "can't specify fromBlock/toBlock with blockHash")
            mined = self.at_hash(wanted["blockHash"])
            if mined is None:
                raise RpcError(-32000, "unknown block")
            blocks = [mined]
        else:
            blocks = self.blocks_between(wanted.get("fromBlock", "latest"), wanted.get("toBlock", "latest"))
        return [log for mined in blocks for log in logs_of_block(mined) if log_matches(log, wanted)]

    def blocks_between(self, first, last):
        first_block, last_block = self.at_height(first), self.at_height(last)
        if first_block is None or last_block is None:
            raise RpcError(-32602, "block range extends beyond current head block")
        if first_block.height > last_block.height:
            raise RpcError(-32602, "invalid block range params")
        return self.chain.canonical[first_block.height:last_block.height + 1]

    def debug_traceBlockByHash(self, block_hash, options=None):
        if (options or {}).get("tracer") != "callTracer":
            raise RpcError(-32602, "this node knows the callTracer alone")
        mined = self.at_hash(block_hash)
        if mined is None:
            raise RpcError(-32000, f"block {block_hash} not found")
        return [
            {"txHash": encode_hex(transaction.hash),
             "result": transaction_frame(mined.computations[index], transaction, gas_used(mined, index))}
            for index, transaction in enumerate(mined.block.transactions)
        ]

    def debug_traceBlockByNumber(self, tag, options=None):
        mined = self.at_height(tag)
        if mined is None:
            raise RpcError(-32000, f"block {tag} not found")
        return self.debug_traceBlockByHash(encode_hex(mined.hash), options)

    # State.

    def known_block(self, place):
        mined = self.at(place)
        if mined is None:
            raise RpcError(-32000, "header not found")
        return mined

    def eth_getBalance(self, address, place="latest"):
        state = self.chain.account_state(self.known_block(place))
        return quantity(state.get_balance(to_canonical_address(address)))

    def eth_getTransactionCount(self, address, place="latest"):
        state = self.chain.account_state(self.known_block(place))
        return quantity(state.get_nonce(to_canonical_address(address)))

    def eth_getCode(self, address, place="latest"):
        state = self.chain.account_state(self.known_block(place))
        return encode_hex(state.get_code(to_canonical_address(address)))

    def eth_call(self, call, place="latest"):
        sender = to_canonical_address(call.get("from", "0x" + "00" * 20))
        to, value = to_canonical_address(call["to"]), int(call.get("value", "0x0"), 16)
        data = decode_hex(call.get("input", call.get("data", "0x")))
        computation = self.chain.call(sender, to, value, data, self.known_block(place))
        if computation.is_error:
            raise RpcError(3, "execution reverted")
        return encode_hex(computation.output)


def log_matches(log, wanted):
    """Whether a log passes a filter's addresses and topics; a null position matches anything."""
    addresses = wanted.get("address") or []
    addresses = [addresses] if isinstance(addresses, str) else addresses
    if addresses and log["address"] not in [address.lower() for address in addresses]:
        return False
    topics = wanted.get("topics") or []
    if len(topics) > len(log["topics"]):
        return False
    return all(allowed is None or actual in ([allowed] if isinstance(allowed, str) else allowed)
               for allowed, actual in zip(topics, log["topics"]))


def main():
    parser = argparse.ArgumentParser(description="A development EVM node on loopback.")
    parser.add_argument("--port", type=int, default=8545)
    parser.add_argument("--finality-distance", type=int, default=16,
                        help="blocks between the head and `finalized`")
    parser.add_argument("--without", action="append", default=[], metavar="METHOD",
                        help="a method it shall not have")
    options = parser.parse_args()
    with EvmNode(options.port, options.finality_distance, options.without) as node:
        print(f"chain id {CHAIN_ID}, genesis {GENESIS_HASH}, at {node.url}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
