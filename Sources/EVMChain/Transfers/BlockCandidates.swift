internal import BigInt
internal import DepositCore
internal import NodeRPC

/// What a block's transactions and logs show before any receipt was read.
struct BlockCandidates: Sendable {
    struct Candidate: Sendable {
        let evidence: Evidence
        let transfer: Transfer

        /// Its transaction's index; withdrawals stand behind all transactions.
        var place: Int {
            switch evidence {
            case .success(let index), .log(let index): index
            case .none: .max
            }
        }
    }

    /// What must be known of a transaction before its transfer counts.
    enum Evidence: Sendable {
        /// It succeeded.
        case success(of: Int)
        /// It did not fail: a log is there only if it succeeded, whether or not its receipt can say so.
        case log(of: Int)
        /// Nothing: a withdrawal has no transaction.
        case none
    }

    /// The hash of every transaction, in order.
    let transactions: [Bytes32]
    let candidates: [Candidate]
    let outflows: [Holding: BigUInt]

    var isEmpty: Bool { candidates.isEmpty }

    /// Transactions whose receipts are needed.
    var indexes: [Int] {
        let indexes = candidates.compactMap { candidate -> Int? in
            switch candidate.evidence {
            case .success(let index), .log(let index): index
            case .none: nil
            }
        }
        return Set(indexes).sorted()
    }

    /// What the receipt of the transaction at `index` says; it must be of this block and this transaction.
    func outcome(
        _ json: JSON, of index: Int, in header: Header, _ rules: ScanRules
    ) throws(Flaw) -> Outcome {
        var receipt = AnswerObject<ReceiptField>()
        try receipt.read(json, ordinal: index)
        let block = try receipt.bytes32(.blockHash).text
        guard block == header.hash.text else {
            throw Flaw.unproven("block of receipt \(index)", expected: header.hash.text, found: block)
        }
        let transaction = try receipt.bytes32(.transactionHash)
        guard transaction == transactions[index] else {
            throw Flaw.unproven(
                "transaction of receipt \(index)", expected: transactions[index].text, found: transaction.text
            )
        }
        let place = try receipt.unsigned(.transactionIndex)
        guard place == UInt64(index) else {
            throw Flaw.unproven("index of receipt \(index)", expected: "\(index)", found: "\(place)")
        }
        return try receipt.outcome(hasStatus: rules.hasStatus(at: header.height))
    }

    /// The block with the transfers that stand, given what the receipts say.
    func block(_ header: Header, _ outcomes: [Int: Outcome]) throws(Flaw) -> ScannedBlock {
        let standing = candidates.filter { candidate in
            switch candidate.evidence {
            case .success(let index): outcomes[index] == .success
            case .log(let index): outcomes[index] == .success || outcomes[index] == .unknown
            case .none: true
            }
        }
        let ordered = standing.enumerated().sorted {
            ($0.element.place, $0.offset) < ($1.element.place, $1.offset)
        }
        let transfers = ordered.map(\.element.transfer)
        guard let block = Block(header: header, transfers: transfers, isProven: false) else {
            throw Flaw.malformed("block \(header.height) has one transfer twice")
        }
        return ScannedBlock(block: block, outflows: outflows)
    }
}

extension BlockScan {
    /// Reads a block with all its logs and proves them by the header's bloom; what it finds waits for
    /// receipts.
    mutating func candidates(_ header: Header, block: JSON, logs: JSON) throws(Flaw) -> BlockCandidates {
        try begin(header, block)
        var found: [BlockCandidates.Candidate] = []
        for index in transactions.indices {
            addNative(index)
            take(&found, .success(of: index))
        }
        try readAllLogs(logs, &found)
        try readWithdrawals()
        take(&found, .none)
        return BlockCandidates(
            transactions: transactions.map(\.hash), candidates: found, outflows: outflows)
    }

    private mutating func readAllLogs(_ logs: JSON, _ found: inout [BlockCandidates.Candidate]) throws(Flaw) {
        guard logs.isArray else { throw Flaw.malformed("logs of block \(header.height) are no array") }
        receiptBloom.reset()
        hashesLogs = rules.provesBloom
        logIndex = 0
        var rooted: LogsBloom?
        var current = -1
        var ordinal = 0
        for json in logs.elements {
            try log.read(json, ordinal: Int(logIndex))
            let place = try log.unsigned(.transactionIndex)
            guard place < UInt64(transactions.count), Int(place) >= current else {
                throw log.flaw(.transactionIndex, "is out of order")
            }
            ordinal = Int(place) == current ? ordinal + 1 : 0
            current = Int(place)
            if current >= rootedCount, rooted == nil { rooted = receiptBloom }
            try checkLogPlace(current, ordinal, isNested: false)
            try readLog(in: current, ordinal: ordinal, .success, isWritten: false)
            take(&found, .log(of: current))
        }
        guard rules.provesBloom else { return }
        bloom = rooted ?? receiptBloom
        try proveBloom()
    }

    private mutating func take(
        _ found: inout [BlockCandidates.Candidate], _ evidence: BlockCandidates.Evidence
    ) {
        for transfer in transfers {
            found.append(BlockCandidates.Candidate(evidence: evidence, transfer: transfer))
        }
        transfers.removeAll(keepingCapacity: true)
    }
}
