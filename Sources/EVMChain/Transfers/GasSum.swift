/// The gas of a block's receipts, as each counts it together with those before it.
struct GasSum {
    private(set) var used: UInt64 = 0
    /// Whether a receipt says 0 for it, as on chains that do not count it (ZK Stack): then nothing follows from the
    /// sum.
    private(set) var isUntold = false

    mutating func add(_ receipt: AnswerObject<ReceiptField>, _ index: Int) throws(Flaw) {
        let gas = receipt.has(.cumulativeGasUsed) ? try receipt.unsigned(.cumulativeGasUsed) : 0
        guard gas > 0 else { return isUntold = true }
        guard gas >= used else {
            throw Flaw.unproven(
                "cumulative gas of receipt \(index)", expected: "at least \(used)", found: "\(gas)")
        }
        used = gas
    }
}

extension AnswerObject where Field == HeaderField {
    /// Since Amsterdam the header counts gas in another way than receipts do (EIP-7778, EIP-8037).
    var countsGasOtherwise: Bool { has(.blockAccessListHash) }
}
