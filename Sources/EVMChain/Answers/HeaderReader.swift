internal import DepositCore
internal import NodeRPC

/// Reads headers out of block answers, proven against their own hash where the chain file says so.
struct HeaderReader {
    let rules: ScanRules
    private let remarks: Remarks
    /// Where what headers commit to is kept, on chains where that is of use.
    private let memory: CommitmentMemory?

    init(_ rules: ScanRules, _ remarks: Remarks = Remarks(), _ memory: CommitmentMemory? = nil) {
        self.rules = rules
        self.remarks = remarks
        self.memory = rules.provesSettled ? memory : nil
    }

    func header(_ json: JSON) throws(Flaw) -> Header {
        var block = AnswerObject<HeaderField>()
        try block.read(json)
        if rules.provesHeader {
            var writer = RLPWriter(capacity: 2_048)
            try block.proveHash(rules.layout, &writer)
        }
        guard let height = Height(try block.unsigned(.number)) else {
            throw block.flaw(.number, "is higher than any chain")
        }
        let clock = ChainClock(try block.unsigned(.timestamp))
        if let remark = clock.remark { remarks.note(remark) }
        let hash = BlockHash(try block.bytes32(.hash).text)
        if let memory { memory.note(try block.commitment(), of: hash) }
        return Header(
            block: BlockRef(height: height, hash: hash, time: clock.time),
            parent: BlockHash(try block.bytes32(.parentHash).text))
    }

    /// The block that the second reply calls final. Nil where there are no replies to ask, where the node
    /// knows no such tag (an error), and where nothing is final yet (`null`, as on a young chain).
    func finalized(_ replies: RPCReplies?, under head: Header) throws(Flaw) -> BlockRef? {
        guard let replies else { return nil }
        let answer: RPCReplies.Result
        do { answer = try replies.answer(1) } catch { throw Flaw(fault: error.fault) }
        guard case .result(let json) = answer, !json.isNull else { return nil }
        let final = try header(json)
        guard final.height <= head.height else {
            throw Flaw.unproven(
                "height of finalized", expected: "at most that of latest, \(head.height)",
                found: "\(final.height)")
        }
        return final.block
    }
}
