internal import BigInt
internal import ChainKit
internal import DepositCore
internal import NodeRPC

extension BlockScan {
    /// Reads the receipts of all transactions, with their logs, and proves them as far as the chain does.
    ///
    /// The root is over the receipts' blooms, which follow from their logs: where those that the node writes beside
    /// them do not give it, they are made from the logs.
    mutating func readReceipts(_ receipts: [JSON]) throws(Flaw) {
        try awaitReceipts(receipts)
        try checkCount(of: receipts)
        let before = transfers.count
        // Where the root is another block's, one that is written wrongly would pass for a lie.
        makesBlooms = !rules.provesRoots || isSettledLater
        do throws(Flaw) { return try readEach(receipts) } catch {
            guard !makesBlooms else { throw error }
            let (found, differences) = (transfers, differences)
            transfers.removeSubrange(before...)
            outflows.removeAll(keepingCapacity: true)
            makesBlooms = true
            do throws(Flaw) { try readEach(receipts) } catch _ {
                (transfers, self.differences) = (found, differences)
                throw error
            }
            try differ(
                .bloom, .unproven("bloom of a receipt", expected: "that of its logs", found: "another"),
                isRooted: true)
        }
    }

    private mutating func readEach(_ receipts: [JSON]) throws(Flaw) {
        outcomes.removeAll(keepingCapacity: true)
        encodings.removeAll(keepingCapacity: true)
        writer.reset()
        bloom.reset()
        logIndex = 0
        var gas = GasSum()
        for (index, json) in receipts.enumerated() {
            try receipt.read(json, ordinal: index)
            do throws(Flaw) { try checkReceiptPlace(index) } catch {
                try differ(.receiptPlace, error, isRooted: isRooted(index))
            }
            let outcome = try outcome(index)
            outcomes.append(outcome)
            if index < rootedCount, !rules.provesRoots { try gas.add(receipt, index) }
            try readBody(index, outcome)
            addNative(index, outcome)
        }
        try proveReceipts(gas)
    }

    /// What the receipt that `receipt` holds says; a foreign one may say nothing.
    private func outcome(_ index: Int) throws(Flaw) -> Outcome {
        if !transactions[index].isProven, !receipt.has(.status) { return .unknown }
        return try receipt.outcome(hasStatus: rules.hasStatus(at: header.height))
    }

    /// One a transaction; but some nodes leave out the receipt of Polygon's pseudo transaction, or that transaction.
    private mutating func checkCount(of receipts: [JSON]) throws(Flaw) {
        if let pseudoHash, receipts.count == rootedCount + 1, transactions.count == rootedCount {
            try receipt.read(receipts[rootedCount], ordinal: rootedCount)
            if try receipt.bytes32(.transactionHash) == pseudoHash {
                transactions.append(.pseudo(pseudoHash))
            }
        }
        if receipts.count == transactions.count { return }
        if receipts.count == rootedCount, let pseudoHash {
            ends.unrooted = (pseudoHash, rootedCount)
            return
        }
        throw Flaw.unproven(
            "receipts of block \(header.height)", expected: "\(transactions.count), one a transaction",
            found: String(receipts.count))
    }

    /// Whether the receipts root is over what stands at this place, and will be proven.
    private func isRooted(_ index: Int) -> Bool { rules.provesRoots && index < rootedCount }

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

    /// Reads the receipt's logs and, where roots are proven, writes its encoding (EIP-2718) at the same
    /// time.
    private mutating func readBody(_ index: Int, _ outcome: Outcome) throws(Flaw) {
        receiptBloom.reset()
        let start = writer.count
        let isWritten = isRooted(index)
        hashesLogs = rules.provesBloom && !(isWritten && !makesBlooms && receipt.has(.logsBloom))
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
            try writeMore(index)
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

    /// What receipts of other types than Ethereum's hold besides: the OP Stack's deposits have two fields more since
    /// Canyon (ethereum-optimism/op-geth, core/types/receipt.go), and Celo's payments in another coin one
    /// (celo-org/op-geth, the same).
    private mutating func writeMore(_ index: Int) throws(Flaw) {
        guard transactions[index].type > TransactionTypes.lastOfEthereum else { return }
        if receipt.has(.depositReceiptVersion) {
            try receipt.write(.depositNonce, .quantity, &writer)
            try receipt.write(.depositReceiptVersion, .quantity, &writer)
        } else if transactions[index].type == 0x7b, receipt.has(.baseFee) {
            try receipt.write(.baseFee, .quantity, &writer)
        }
    }

    private mutating func readLogs(of index: Int, _ outcome: Outcome, isWritten: Bool) throws(Flaw) {
        let list = writer.beginList()
        guard transactions[index].isProven || receipt.has(.logs) else {
            if isWritten { writer.endList(list) }
            return
        }
        var ordinal = 0
        for json in try receipt.array(.logs).elements {
            try log.read(json, ordinal: ordinal)
            do throws(Flaw) { try checkLogPlace(index, ordinal, isNested: true) } catch {
                try differ(.logPlace, error, isRooted: isWritten)
            }
            try readLog(in: index, ordinal: ordinal, outcome, isWritten: isWritten)
            ordinal += 1
        }
        if isWritten { writer.endList(list) }
    }

    private mutating func proveReceiptBloom(_ index: Int) throws(Flaw) {
        if hashesLogs, !isRooted(index), receipt.has(.logsBloom) {
            let claimed = try receipt.bloom(.logsBloom)
            guard claimed == receiptBloom else {
                throw Flaw.unproven(
                    "bloom of receipt \(index)", expected: "that of its logs", found: "another")
            }
        }
        if index < rootedCount { bloom.add(receiptBloom) }
    }

    private mutating func proveReceipts(_ gas: GasSum) throws(Flaw) {
        if isSettledLater { return }
        if !rules.provesRoots { try proveGas(gas) }
        if rules.provesBloom { try proveBloom() }
        guard rules.provesRoots else { return }
        let claimed = try block.bytes32(.receiptsRoot)
        let root = trie.root(of: encodings, in: writer)
        guard root == claimed else { throw differences.first?.flaw ?? wrongReceiptsRoot(claimed, root) }
    }

    private func wrongReceiptsRoot(_ claimed: Bytes32, _ root: Bytes32) -> Flaw {
        let types = Set(foreign.filter { $0.encoding == nil }.map(\.type)).sorted().map(hexQuantity)
        let cause =
            types.isEmpty
            ? ""
            : " (it holds receipts of the foreign type \(types.joined(separator: ", ")), which may be "
                + "encoded in a way of their own: another proof in the chain file, such as bloom, does "
                + "without this root)"
        return .unproven(
            "receipts root of block \(header.height)\(cause)", expected: claimed.text, found: root.text)
    }

    /// That the receipts use as much gas as the header says. No root is over either here.
    private mutating func proveGas(_ gas: GasSum) throws(Flaw) {
        do throws(Flaw) {
            try expect(
                "gas used of block \(header.height)", String(try block.unsigned(.gasUsed)),
                String(gas.used))
        } catch {
            try differ(.gas, error, isRooted: gas.isUntold || block.countsGasOtherwise)
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
