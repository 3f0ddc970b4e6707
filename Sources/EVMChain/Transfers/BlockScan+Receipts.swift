internal import BigInt
internal import ChainKit
internal import DepositCore
internal import NodeRPC

extension BlockScan {
    /// Reads the receipts of all transactions, with their logs, and proves them as far as the chain does.
    mutating func readReceipts(_ receipts: [JSON]) throws(Flaw) {
        try awaitReceipts(receipts)
        guard receipts.count == transactions.count else {
            throw Flaw.unproven(
                "receipts of block \(header.height)", expected: "\(transactions.count), one a transaction",
                found: String(receipts.count))
        }
        outcomes.removeAll(keepingCapacity: true)
        encodings.removeAll(keepingCapacity: true)
        writer.reset()
        bloom.reset()
        logIndex = 0
        var gasUsed: UInt64 = 0
        for (index, json) in receipts.enumerated() {
            try receipt.read(json, ordinal: index)
            try checkReceiptPlace(index)
            let outcome = try receipt.outcome(hasStatus: rules.hasStatus(at: header.height))
            outcomes.append(outcome)
            if index < rootedCount { gasUsed = try readGas(index, after: gasUsed) }
            try readBody(index, outcome)
            addNative(index, outcome)
        }
        try proveReceipts(gasUsed)
    }

    private func checkReceiptPlace(_ index: Int) throws(Flaw) {
        let block = try receipt.bytes32(.blockHash)
        guard block == hash else {
            throw Flaw.unproven("block of receipt \(index)", expected: hash.text, found: block.text)
        }
        let transaction = try receipt.bytes32(.transactionHash)
        guard transaction == transactions[index].hash else {
            throw Flaw.unproven(
                "transaction of receipt \(index)", expected: transactions[index].hash.text,
                found: transaction.text)
        }
        let place = try receipt.unsigned(.transactionIndex)
        guard place == UInt64(index) else {
            throw Flaw.unproven("index of receipt \(index)", expected: String(index), found: String(place))
        }
        if receipt.has(.type) {
            let type = try receipt.unsigned(.type)
            guard type == transactions[index].type else {
                throw Flaw.unproven(
                    "type of receipt \(index)", expected: String(transactions[index].type),
                    found: String(type))
            }
        }
    }

    private func readGas(_ index: Int, after previous: UInt64) throws(Flaw) -> UInt64 {
        let gas = try receipt.unsigned(.cumulativeGasUsed)
        guard gas >= previous else {
            throw Flaw.unproven(
                "cumulative gas of receipt \(index)", expected: "at least \(previous)", found: "\(gas)")
        }
        return gas
    }

    /// Reads the receipt's logs and, where roots are proven, writes its encoding (EIP-2718) at the same
    /// time.
    private mutating func readBody(_ index: Int, _ outcome: Outcome) throws(Flaw) {
        receiptBloom.reset()
        let start = writer.count
        let isWritten = rules.provesRoots && index < rootedCount
        // Where the root is another block's, blooms are made here: one that is written wrongly would pass for a lie.
        hashesLogs = rules.provesBloom && (isSettledLater || !(isWritten && receipt.has(.logsBloom)))
        var list = 0
        var gap = 0
        if isWritten {
            if transactions[index].type > 0 {
                writer.raw(UInt8(truncatingIfNeeded: transactions[index].type))
            }
            list = writer.beginList()
            try writeOutcome(outcome)
            try receipt.write(.cumulativeGasUsed, .quantity, &writer)
            gap = writer.gap(256)
        }
        try readLogs(of: index, outcome, isWritten: isWritten)
        if isWritten {
            if !hashesLogs { receiptBloom = try receipt.bloom(.logsBloom) }
            receiptBloom.withBytes { writer.fill(gap, $0) }
            try writeDepositReceipt(index)
            writer.endList(list)
            encodings.append(start..<writer.count)
        }
        if rules.provesBloom { try proveReceiptBloom(index) }
    }

    private mutating func writeOutcome(_ outcome: Outcome) throws(Flaw) {
        switch outcome {
        case .success: writer.raw(1)
        case .failure: writer.raw(0x80)
        case .unknown: try receipt.write(.root, .data, &writer)
        }
    }

    /// The OP Stack's deposits have two fields more since Canyon (ethereum-optimism/op-geth,
    /// core/types/receipt.go).
    private mutating func writeDepositReceipt(_ index: Int) throws(Flaw) {
        guard transactions[index].type == 0x7e, receipt.has(.depositReceiptVersion) else { return }
        try receipt.write(.depositNonce, .quantity, &writer)
        try receipt.write(.depositReceiptVersion, .quantity, &writer)
    }

    private mutating func readLogs(of index: Int, _ outcome: Outcome, isWritten: Bool) throws(Flaw) {
        let list = writer.beginList()
        var ordinal = 0
        for json in try receipt.array(.logs).elements {
            try log.read(json, ordinal: ordinal)
            try checkLogPlace(index)
            try readLog(in: index, ordinal: ordinal, outcome, isWritten: isWritten)
            ordinal += 1
        }
        if isWritten { writer.endList(list) }
    }

    private mutating func proveReceiptBloom(_ index: Int) throws(Flaw) {
        if hashesLogs, !isSettledLater, receipt.has(.logsBloom) {
            let claimed = try receipt.bloom(.logsBloom)
            guard claimed == receiptBloom else {
                throw Flaw.unproven(
                    "bloom of receipt \(index)", expected: "that of its logs", found: "another")
            }
        }
        if index < rootedCount { bloom.add(receiptBloom) }
    }

    private mutating func proveReceipts(_ gasUsed: UInt64) throws(Flaw) {
        if isSettledLater { return }
        try expect(
            "gas used of block \(header.height)", String(try block.unsigned(.gasUsed)), String(gasUsed))
        if rules.provesBloom { try proveBloom() }
        guard rules.provesRoots else { return }
        let claimed = try block.bytes32(.receiptsRoot)
        let root = trie.root(of: encodings, in: writer)
        guard root == claimed else {
            throw Flaw.unproven(
                "receipts root of block \(header.height)", expected: claimed.text, found: root.text)
        }
    }

    func proveBloom() throws(Flaw) {
        guard try block.bloom(.logsBloom) == bloom else {
            throw Flaw.unproven(
                "logs bloom of block \(header.height)", expected: "that of all its logs", found: "another")
        }
    }

    /// The value that the transaction itself moves, if it surely succeeded.
    private mutating func addNative(_ index: Int, _ outcome: Outcome) {
        guard outcome == .success else { return }
        addNative(index)
    }

    mutating func addNative(_ index: Int) {
        let scanned = transactions[index]
        guard let native = rules.native, let value = scanned.value, let to = scanned.recipient,
            to.withBytes({ watching.mayContain($0) }), let amount = value.big.flatMap({ Amount($0) })
        else { return }
        add(
            native, amount, from: scanned.from, to: to, transaction: scanned.hash.text, position: "call:0",
            isTypeKnown: isKnown(index))
    }
}

extension AnswerObject where Field == ReceiptField {
    /// Success must be said: 0x1 and nothing else. Before Byzantium a state root stood in the status' place, and left
    /// it unknown (EIP-658).
    ///
    /// The fork tells which of the two it is, never the answer: else a root that is encoded like a status would pass
    /// for one. What stands beside it is decoration: Nethermind writes a status in every receipt.
    func outcome(hasStatus: Bool) throws(Flaw) -> Outcome {
        guard hasStatus else {
            _ = try bytes32(.root)
            return .unknown
        }
        switch try unsigned(.status) {
        case 0: return .failure
        case 1: return .success
        default: throw flaw(.status, "is neither 0x0 nor 0x1")
        }
    }
}
