import DepositTestKit

extension EthereumBlock {
    /// Renders the answers of a node about this block, each once.
    func publish(in answers: inout RenderedAnswers, isTip: Bool, hasReceipts: Bool) {
        let hash = "0x" + hash.hexDigits
        let number = height.hexQuantity
        let header = RenderedAnswers.Result(header)
        let full = RenderedAnswers.Result(full)
        if isTip { answers.add("eth_getBlockByNumber", "latest", "false", result: header) }
        answers.add("eth_getBlockByNumber", number, "false", result: header)
        answers.add("eth_getBlockByNumber", number, "true", result: full)
        answers.add("eth_getBlockByHash", hash, "true", result: full)
        let logs = RenderedAnswers.Result(logs)
        answers.add("eth_getLogs", hash, result: logs)
        answers.add("eth_getLogs", number, result: logs)
        for (transaction, receipt) in zip(transactions, receipts) {
            let result = RenderedAnswers.Result(self.receipt(receipt))
            answers.add("eth_getTransactionReceipt", "0x" + transaction.hash.hexDigits, result: result)
        }
        guard hasReceipts else { return }
        let receipts = RenderedAnswers.Result(allReceipts)
        answers.add("eth_getBlockReceipts", hash, result: receipts)
        answers.add("eth_getBlockReceipts", number, result: receipts)
    }
}
