extension EthereumBlock {
    /// Writes the answers of a node about this block, in geth's form.
    func publish(in answers: inout ScriptedAnswers, isTip: Bool, hasReceipts: Bool) {
        let hash = "0x" + hexDigits(hash)
        let number = hexQuantity(height)
        let header = ScriptedAnswers.Result(shown { $0.hex(transactions[$1].hash, prefix: "0x") })
        let full = ScriptedAnswers.Result(shown { show(transaction: $1, in: &$0) })
        if isTip { answers.add("eth_getBlockByNumber", "latest", "false", result: header) }
        answers.add("eth_getBlockByNumber", number, "false", result: header)
        answers.add("eth_getBlockByNumber", number, "true", result: full)
        answers.add("eth_getBlockByHash", hash, "true", result: full)
        let places = places
        var logs = JSONWriter()
        logs.list(Array(places.joined())) { show($1, in: &$0) }
        let listed = ScriptedAnswers.Result(logs.bytes)
        answers.add("eth_getLogs", hash, result: listed)
        answers.add("eth_getLogs", number, result: listed)
        let receipts = transactions.indices.map { receipt($0, places[$0]) }
        for (transaction, receipt) in zip(transactions, receipts) {
            answers.add(
                "eth_getTransactionReceipt", "0x" + hexDigits(transaction.hash), result: .init(receipt))
        }
        guard hasReceipts else { return }
        var all = JSONWriter()
        all.list(receipts) { $0.raw($1) }
        let result = ScriptedAnswers.Result(all.bytes)
        answers.add("eth_getBlockReceipts", hash, result: result)
        answers.add("eth_getBlockReceipts", number, result: result)
    }

    /// A log: its transaction, its place in that, and its place in the block.
    private typealias LogPlace = (transaction: Int, log: Int, index: Int)

    private var places: [[LogPlace]] {
        var index = 0
        return transactions.indices.map { transaction in
            transactions[transaction].logs.indices.map { log in
                defer { index += 1 }
                return (transaction, log, index)
            }
        }
    }

    private func shown(_ each: (inout JSONWriter, Int) -> Void) -> [UInt8] {
        let zero = [UInt8](repeating: 0, count: 32)
        var json = JSONWriter()
        json.object { json in
            json.member("baseFeePerGas", quantity: Self.baseFee)
            json.member("difficulty", quantity: 0)
            json.member("extraData", data: Self.extraData)
            json.member("gasLimit", quantity: Self.gasLimit)
            json.member("gasUsed", quantity: gas.last ?? 0)
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
            json.member("type", quantity: 2)
            json.member("accessList", raw: "[]")
            json.member("chainId", quantity: 1)
            json.member("v", quantity: 1)
            json.member("r", data: transaction.r)
            json.member("s", data: transaction.s)
            json.member("yParity", quantity: 1)
        }
    }

    private func receipt(_ index: Int, _ logs: [LogPlace]) -> [UInt8] {
        let transaction = transactions[index]
        var json = JSONWriter()
        json.object { json in
            showPlace(in: &json)
            json.member("contractAddress", raw: "null")
            json.member("cumulativeGasUsed", quantity: gas[index])
            json.member("effectiveGasPrice", quantity: Self.baseFee + EthereumTransaction.priorityFee)
            json.member("from", data: transaction.from)
            json.member("gasUsed", quantity: transaction.gas)
            json.name("logs")
            json.list(logs) { show($1, in: &$0) }
            json.member("logsBloom", data: transaction.bloom.bytes)
            json.member("status", quantity: 1)
            json.member("to", data: transaction.to)
            json.member("transactionHash", data: transaction.hash)
            json.member("transactionIndex", quantity: UInt64(index))
            json.member("type", quantity: 2)
        }
        return json.bytes
    }

    private func show(_ place: LogPlace, in json: inout JSONWriter) {
        let log = transactions[place.transaction].logs[place.log]
        json.object { json in
            json.member("address", data: log.contract)
            json.name("topics")
            json.list(log.topics) { $0.hex($1, prefix: "0x") }
            json.member("data", data: log.data)
            showPlace(in: &json)
            json.member("blockTimestamp", quantity: time)
            json.member("transactionHash", data: transactions[place.transaction].hash)
            json.member("transactionIndex", quantity: UInt64(place.transaction))
            json.member("logIndex", quantity: UInt64(place.index))
            json.member("removed", raw: "false")
        }
    }

    private func showPlace(in json: inout JSONWriter) {
        json.member("blockHash", data: hash)
        json.member("blockNumber", quantity: height)
    }
}
