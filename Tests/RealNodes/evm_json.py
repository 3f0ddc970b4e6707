"""Blocks, transactions, receipts and logs in the shapes that geth gives them over JSON-RPC."""
from eth.constants import CREATE_CONTRACT_ADDRESS
from eth_utils import encode_hex, to_hex
import rlp

from evm_chain import CHAIN_ID


def quantity(number):
    """A number as JSON-RPC wants it: hex with no leading zeros."""
    return to_hex(number)


def word(number):
    return encode_hex(number.to_bytes(32, "big"))


def header_json(header):
    """Every field that keccak(rlp(header)) needs, under geth's names."""
    return {
        "number": quantity(header.block_number), "hash": encode_hex(header.hash),
        "parentHash": encode_hex(header.parent_hash), "sha3Uncles": encode_hex(header.uncles_hash),
        "miner": encode_hex(header.coinbase), "stateRoot": encode_hex(header.state_root),
        "transactionsRoot": encode_hex(header.transaction_root),
        "receiptsRoot": encode_hex(header.receipt_root),
        "logsBloom": encode_hex(header.bloom.to_bytes(256, "big")), "difficulty": quantity(header.difficulty),
        "gasLimit": quantity(header.gas_limit), "gasUsed": quantity(header.gas_used),
        "timestamp": quantity(header.timestamp), "extraData": encode_hex(header.extra_data),
        "mixHash": encode_hex(header.mix_hash), "nonce": encode_hex(header.nonce),
        "baseFeePerGas": quantity(header.base_fee_per_gas),
        "withdrawalsRoot": encode_hex(header.withdrawals_root),
        "blobGasUsed": quantity(header.blob_gas_used), "excessBlobGas": quantity(header.excess_blob_gas),
        "parentBeaconBlockRoot": encode_hex(header.parent_beacon_block_root),
        "requestsHash": encode_hex(header.requests_hash),
    }


def block_json(mined, full):
    """A block, with whole transactions or their hashes alone."""
    block = mined.block
    if full:
        transactions = [transaction_json(mined, index) for index in range(len(block.transactions))]
    else:
        transactions = [encode_hex(transaction.hash) for transaction in block.transactions]
    return header_json(mined.header) | {
        "size": quantity(len(rlp.encode(block))), "uncles": [], "transactions": transactions,
        "withdrawals": [withdrawal_json(withdrawal) for withdrawal in block.withdrawals],
    }


def withdrawal_json(withdrawal):
    """EIP-4895; the amount is in gwei."""
    return {"index": quantity(withdrawal.index), "validatorIndex": quantity(withdrawal.validator_index),
            "address": encode_hex(withdrawal.address), "amount": quantity(withdrawal.amount)}


def place_json(mined, index):
    """Where a transaction stands, as its receipt and its logs repeat it."""
    transaction = mined.block.transactions[index]
    return {"blockHash": encode_hex(mined.hash), "blockNumber": quantity(mined.height),
            "transactionHash": encode_hex(transaction.hash), "transactionIndex": quantity(index)}


def recipient_json(transaction):
    return None if transaction.to == CREATE_CONTRACT_ADDRESS else encode_hex(transaction.to)


def transaction_type(transaction):
    return getattr(transaction, "type_id", None) or 0


def effective_gas_price(mined, transaction):
    """What a unit of gas cost: the base fee and the tip, within what the sender allowed."""
    base_fee = mined.header.base_fee_per_gas
    tip = min(transaction.max_priority_fee_per_gas, transaction.max_fee_per_gas - base_fee)
    return base_fee + tip


def transaction_json(mined, index):
    transaction = mined.block.transactions[index]
    kind = transaction_type(transaction)
    place = place_json(mined, index)
    place["hash"] = place.pop("transactionHash")
    shape = place | {
        "from": encode_hex(transaction.sender), "to": recipient_json(transaction),
        "gas": quantity(transaction.gas), "gasPrice": quantity(effective_gas_price(mined, transaction)),
        "input": encode_hex(transaction.data), "nonce": quantity(transaction.nonce),
        "value": quantity(transaction.value), "type": quantity(kind), "chainId": quantity(CHAIN_ID),
        "r": quantity(transaction.r), "s": quantity(transaction.s),
    }
    if kind == 0:
        return shape | {"v": quantity(transaction.v)}
    parity = quantity(transaction.y_parity)
    access = [{"address": encode_hex(address), "storageKeys": [word(key) for key in keys]}
              for address, keys in transaction.access_list]
    shape |= {"accessList": access, "v": parity, "yParity": parity}
    if kind == 2:
        shape |= {"maxFeePerGas": quantity(transaction.max_fee_per_gas),
                  "maxPriorityFeePerGas": quantity(transaction.max_priority_fee_per_gas)}
    return shape


def gas_used(mined, index):
    """A transaction's own gas: receipts hold running sums."""
    before = mined.receipts[index - 1].gas_used if index else 0
    return mined.receipts[index].gas_used - before


def contract_address(mined, index):
    """The address of the contract that a creating transaction made."""
    if mined.block.transactions[index].to != CREATE_CONTRACT_ADDRESS:
        return None
    return encode_hex(mined.computations[index].msg.storage_address)


def receipt_json(mined, index):
    transaction, receipt = mined.block.transactions[index], mined.receipts[index]
    return place_json(mined, index) | {
        "from": encode_hex(transaction.sender), "to": recipient_json(transaction),
        "cumulativeGasUsed": quantity(receipt.gas_used), "gasUsed": quantity(gas_used(mined, index)),
        "effectiveGasPrice": quantity(effective_gas_price(mined, transaction)),
        "contractAddress": contract_address(mined, index), "logs": logs_of_transaction(mined, index),
        "logsBloom": encode_hex(receipt.bloom.to_bytes(256, "big")),
        "status": quantity(int.from_bytes(receipt.state_root, "big")),
        "type": quantity(transaction_type(transaction)),
    }


def logs_of_transaction(mined, index):
    """The logs of one transaction; `logIndex` counts through the block."""
    first = sum(len(receipt.logs) for receipt in mined.receipts[:index])
    return [
        {"address": encode_hex(log.address), "topics": [word(topic) for topic in log.topics],
         "data": encode_hex(log.data)} | place_json(mined, index)
        | {"blockTimestamp": quantity(mined.header.timestamp), "logIndex": quantity(first + ordinal),
           "removed": False}
        for ordinal, log in enumerate(mined.receipts[index].logs)
    ]


def logs_of_block(mined):
    return [log for index in range(len(mined.receipts)) for log in logs_of_transaction(mined, index)]
