"""Signs development transactions, each from a fresh sender, so that any can be left out of a fork."""
from eth_utils import to_canonical_address, to_checksum_address

from evm_chain import CHAIN_ID, SENDERS, sender_account
from evm_contracts import TOKEN, call_data

GAS = 400_000
MAX_FEE = 10 ** 11
TIP = 10 ** 9


class EvmWallet:
    """Signs and queues transactions of the types legacy, access list and dynamic fee."""

    def __init__(self, chain):
        self.chain = chain
        self.next_sender = 0

    def send(self, to, value=0, data=b"", kind=2, gas=GAS):
        """Queues a transaction; `to` is None to create a contract. Returns it decoded."""
        if self.next_sender == SENDERS:
            raise RuntimeError(f"all {SENDERS} development senders have paid once: start a new chain")
        account = sender_account(self.next_sender)
        self.next_sender += 1
        signed = account.sign_transaction(unsigned(to, value, data, kind, gas))
        self.chain.submit_raw(signed.raw_transaction)
        return self.chain.pending[-1]

    def pay(self, address, wei, kind=2):
        """A native top-level transfer."""
        return self.send(address, value=wei, kind=kind)

    def pay_token(self, address, units, token=TOKEN, kind=2):
        """An ERC-20 transfer."""
        return self.send(token, data=call_data("transfer(address,uint256)", address, units), kind=kind)


def unsigned(to, value, data, kind, gas):
    """The fields of an unsigned transaction of EIP-2718 type `kind`; 0 is legacy with EIP-155."""
    fields = {"nonce": 0, "gas": gas, "to": to_checksum_address(to) if to else b"", "value": value,
              "data": data, "chainId": CHAIN_ID}
    if kind == 2:
        return fields | {"type": 2, "maxFeePerGas": MAX_FEE, "maxPriorityFeePerGas": TIP, "accessList": []}
    if kind == 1:
        return fields | {"type": 1, "gasPrice": 2 * TIP, "accessList": []}
    return fields | {"gasPrice": 2 * TIP}


def sender_of(number):
    return to_canonical_address(sender_account(number).address)
