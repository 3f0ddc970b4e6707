extension EthereumFamily {
    /// A transaction as it is hashed: `debug_getRawTransaction`, and `eth_getRawTransactionByHash` where it is offered.
    func raw(_ hash: String?, in view: NodeView) -> NodeAnswer {
        for block in view.best.reversed() {
            guard let block = view.shown(block, as: EthereumBlock.self) else { continue }
            if let found = block.transactions.first(where: { "0x" + $0.hash.hexDigits == hash }) {
                return .text("0x" + found.encoding.hexDigits)
            }
        }
        return .null
    }
}

extension EthereumBlock {
    /// `debug_traceBlockByHash` with geth's callTracer: one top call a transaction, and none below it.
    package var callTraces: [UInt8] {
        var json = JSONWriter()
        json.list(receipts) { json, receipt in
            let transaction = receipt.transaction
            json.object { json in
                json.member("txHash", data: transaction.hash)
                json.name("result")
                json.object { json in
                    json.member("type", text: "CALL")
                    json.member("from", data: transaction.from)
                    json.member("to", data: transaction.to)
                    json.member("value", quantity: transaction.value)
                    json.member("gas", quantity: transaction.gas)
                    json.member("gasUsed", quantity: transaction.gas)
                    json.member("input", data: transaction.input)
                    if !receipt.succeeds { json.member("error", text: "execution reverted") }
                }
            }
        }
        return json.bytes
    }
}
