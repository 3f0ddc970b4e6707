"""The `dev_*` methods: how a client of another language works the development chain."""
from eth_utils import decode_hex, encode_hex, to_canonical_address

from evm_chain import TracingVM
from evm_contracts import TOKEN
from evm_json import quantity


class EvmControl:
    """Mines, pays and forks on behalf of a JSON-RPC client. Amounts are integer strings in base units."""

    def __init__(self, chain, wallet):
        self.chain = chain
        self.wallet = wallet

    def dev_mine(self, count=1):
        """Mines blocks, the first with all that waits; returns their hashes."""
        return [encode_hex(self.chain.mine().hash) for _ in range(count)]

    def dev_mineWith(self, raw_transactions):
        """Mines one block with exactly these signed transactions, in this order."""
        decode = TracingVM.get_transaction_builder().decode
        return encode_hex(self.chain.mine([decode(decode_hex(raw)) for raw in raw_transactions]).hash)

    def dev_pay(self, address, amount, kind=2):
        """Queues a native transfer from a fresh development account; returns the transaction's hash."""
        return encode_hex(self.wallet.pay(to_canonical_address(address), int(amount), kind).hash)

    def dev_payToken(self, address, amount, token=None):
        """Queues a transfer of the listed token, or of another."""
        contract = to_canonical_address(token) if token else TOKEN
        return encode_hex(self.wallet.pay_token(to_canonical_address(address), int(amount), contract).hash)

    def dev_send(self, to, amount="0", data="0x"):
        """Queues any transaction; `to` is null to create a contract."""
        receiver = to_canonical_address(to) if to else None
        return encode_hex(self.wallet.send(receiver, int(amount), decode_hex(data)).hash)

    def dev_withdraw(self, address, gwei):
        """Queues a withdrawal; returns its index."""
        return quantity(self.chain.withdraw(to_canonical_address(address), int(gwei)))

    def dev_fork(self, depth):
        """Drops blocks from the head; returns their raw transactions, for the caller to mine again or not."""
        dropped = self.chain.fork(depth)
        transactions = (transaction for mined in dropped for transaction in mined.block.transactions)
        return [encode_hex(transaction.encode()) for transaction in transactions]

    def dev_setFinality(self, distance):
        """Lets `finalized` trail the head by this much from the next block on; returns where it stands."""
        self.chain.finality_distance = distance
        return quantity(self.chain.finalized_height)
