internal import DepositCore
internal import NodeRPC

extension BlockScan {
    /// Of a block that a later header settles, receipts come late: `null`, none or fewer until it has been carried out.
    /// That is neither a block without deposits nor a lie.
    func awaitReceipts(_ receipts: [JSON]) throws(Flaw) {
        guard isSettledLater else { return }
        if receipts.contains(where: \.isNull) || receipts.isEmpty && !transactions.isEmpty {
            throw Flaw.pending(header)
        }
    }
}

extension Flaw {
    /// The block is there, and what comes of it is not yet.
    static func pending(_ header: Header) -> Flaw {
        Flaw(fault: .pending("carried out block \(header.height), which it has already accepted"))
    }

    /// The receipts of a block are `null`: of one that is carried out after it is accepted, that says so.
    static func noReceipts(of header: Header, _ json: JSON, _ rules: ScanRules) -> Flaw {
        var block = AnswerObject<HeaderField>()
        guard rules.settles, (try? block.read(json)) != nil, block.isSettling else {
            return .missing("receipts of block \(header.height)")
        }
        return .pending(header)
    }
}
