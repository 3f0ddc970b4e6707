/// What a node answers about the block, in geth's form.
extension EthereumBlock {
    /// The block with the hashes of its transactions alone: `eth_getBlockByNumber` with `false`.
    package var header: [UInt8] {
        shown { $0.hex(transactions[$1].hash, prefix: "0x") }
    }

    /// The block with its transactions: `eth_getBlockByHash` with `true`.
    package var full: [UInt8] {
        shown { show(transaction: $1, in: &$0) }
    }

    /// `eth_getBlockReceipts`.
    package var allReceipts: [UInt8] {
        var json = JSONWriter()
        json.list(receipts) { show($1, in: &$0) }
        return json.bytes
    }

    /// `eth_getTransactionReceipt` of one of its transactions.
    package func receipt(_ receipt: EthereumReceipt) -> [UInt8] {
        var json = JSONWriter()
        show(receipt, in: &json)
        return json.bytes
    }

    /// `eth_getLogs` of the whole block.
    package var logs: [UInt8] {
        var json = JSONWriter()
        let places = receipts.flatMap { receipt in receipt.logs.indices.map { (receipt, $0) } }
        json.list(places) { show($1.0, log: $1.1, in: &$0) }
        return json.bytes
    }

    private func shown(_ each: (inout JSONWriter, Int) -> Void) -> [UInt8] {
        let zero = [UInt8](repeating: 0, count: 32)
        var json = JSONWriter()
        json.object { json in
            json.member("baseFeePerGas", quantity: Self.baseFee)
            json.member("difficulty", quantity: 0)
            if let settlement {
                json.member("extDataHash", data: Self.noExtraData)
                for field in settlement.fields {
                    if let quantity = field.quantity {
                        json.member(field.name, quantity: quantity)
                    } else {
                        json.member(field.name, data: zero)
                    }
                }
            }
            json.member("extraData", data: extraData)
            json.member("gasLimit", quantity: Self.gasLimit)
            json.member("gasUsed", quantity: gasUsed)
            json.member("hash", data: hash)
            json.member("logsBloom", data: bloom.bytes)
            json.member("miner", data: Self.miner)
            json.member("mixHash", data: zero)
            json.member("nonce", data: Array(zero[..<8]))
            json.member("number", quantity: height)
            json.member("parentHash", data: parent)
            json.member("receiptsRoot", data: receiptsRoot)
            json.member("sha3Uncles", data: Self.emptyUncles)
            json.member("size", quantity: 107_187)
            json.member("stateRoot", data: zero)
            json.member("timestamp", quantity: time)
            json.name("transactions")
            json.list(Array(transactions.indices), each)
            json.member("transactionsRoot", data: transactionsRoot)
            json.member("uncles", raw: "[]")
        }
        return json.bytes
    }

    private func show(transaction index: Int, in json: inout JSONWriter) {
        let transaction = transactions[index]
        json.object { json in
            showPlace(in: &json)
            json.member("from", data: transaction.from)
            json.member("gas", quantity: transaction.gas)
            json.member("gasPrice", quantity: Self.baseFee + EthereumTransaction.priorityFee)
            json.member("maxFeePerGas", quantity: EthereumTransaction.maximumFee)
            json.member("maxPriorityFeePerGas", quantity: EthereumTransaction.priorityFee)
            json.member("hash", data: transaction.hash)
            json.member("input", data: transaction.input)
            json.member("nonce", quantity: transaction.nonce)
            json.member("to", data: transaction.to)
            json.member("transactionIndex", quantity: UInt64(index))
            json.member("value", quantity: transaction.value)
            json.member("type", quantity: UInt64(transaction.type))
            guard transaction.type == EthereumTransaction.feeMarketType else { return }
            json.member("accessList", raw: "[]")
            json.member("chainId", quantity: transaction.chainID)
            json.member("v", quantity: transaction.parity)
            json.member("r", data: transaction.r)
            json.member("s", data: transaction.s)
            json.member("yParity", quantity: transaction.parity)
        }
    }

    private func show(_ receipt: EthereumReceipt, in json: inout JSONWriter) {
        let transaction = receipt.transaction
        json.object { json in
            showPlace(in: &json)
            json.member("contractAddress", raw: "null")
            json.member("cumulativeGasUsed", quantity: receipt.cumulativeGas)
            json.member("effectiveGasPrice", quantity: Self.baseFee + EthereumTransaction.priorityFee)
            json.member("from", data: transaction.from)
            json.member("gasUsed", quantity: transaction.gas)
            json.name("logs")
            json.list(Array(receipt.logs.indices)) { show(receipt, log: $1, in: &$0) }
            json.member("logsBloom", data: receipt.bloom.bytes)
            json.member("status", quantity: receipt.succeeds ? 1 : 0)
            json.member("to", data: transaction.to)
            json.member("transactionHash", data: transaction.hash)
            json.member("transactionIndex", quantity: UInt64(receipt.index))
            json.member("type", quantity: UInt64(transaction.type))
        }
    }

    private func show(_ receipt: EthereumReceipt, log place: Int, in json: inout JSONWriter) {
        let log = receipt.logs[place]
        json.object { json in
            json.member("address", data: log.contract)
            json.name("topics")
            json.list(log.topics) { $0.hex($1, prefix: "0x") }
            json.member("data", data: log.data)
            showPlace(in: &json)
            json.member("blockTimestamp", quantity: time)
            json.member("transactionHash", data: receipt.transaction.hash)
            json.member("transactionIndex", quantity: UInt64(receipt.index))
            json.member("logIndex", quantity: UInt64(receipt.firstLog + place))
            json.member("removed", raw: "false")
        }
    }

    private func showPlace(in json: inout JSONWriter) {
        json.member("blockHash", data: hash)
        json.member("blockNumber", quantity: height)
    }
}
