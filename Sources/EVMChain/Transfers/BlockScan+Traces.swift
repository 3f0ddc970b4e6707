internal import BigInt
internal import DepositCore
internal import NodeRPC

/// What a frame does with the value that a tracer prints beside it.
enum FrameKind {
    /// Moves it: CALL, CREATE, CREATE2, SELFDESTRUCT.
    case moving
    /// Only shows it: DELEGATECALL and CALLCODE run in their caller's own account, STATICCALL has none.
    case standing
    /// A kind that no rule we know of explains.
    case unknown

    init(_ name: UnsafeRawBufferPointer) {
        if name.equals("CALL") || name.equals("CREATE") || name.equals("CREATE2")
            || name.equals("SELFDESTRUCT")
        {
            self = .moving
        } else if name.equals("DELEGATECALL") || name.equals("CALLCODE") || name.equals("STATICCALL") {
            self = .standing
        } else {
            self = .unknown
        }
    }
}

extension BlockScan {
    /// Reads the value that moved inside of calls. Traces cannot be proven from the header: they are the
    /// node's word, held only against the transactions and receipts that are.
    mutating func readTraces(_ traces: BlockTraces, _ tracer: ScanRules.Tracer) throws(Flaw) {
        switch (traces, tracer) {
        case (.block(let traces), .callTracer): try readCallTraces(traces)
        case (.block(let traces), .traceBlock): try readTraceBlock(Array(traces.elements))
        case (.each(let traces), .callTracer): try readCallTraces(traces)
        case (.each(let traces), .traceBlock):
            try readTraceBlock(
                traces.flatMap { trace -> [JSON] in
                    guard case .json(let list) = trace, list.isArray else { return [] }
                    return Array(list.elements)
                })
        }
    }

    /// What the trace says of the transaction as a whole must fit its receipt; where that says nothing, the
    /// trace does.
    ///
    /// Returns whether value that moved inside the transaction stayed where it went.
    mutating func settle(_ index: Int, hasFailed: Bool) throws(Flaw) -> Bool {
        switch outcomes[index] {
        case .failure: return false
        case .unknown where hasFailed: return false
        case .unknown:
            outcomes[index] = .success
            addNative(index)
            return true
        case .success:
            guard !hasFailed else {
                throw Flaw.unproven(
                    "trace of transaction \(index)", expected: "success, as its receipt", found: "failure")
            }
            return true
        }
    }

    /// Whether the trace of this transaction is needed: what failed moved nothing, and its receipt proves that it did.
    func needsTrace(_ index: Int) -> Bool { outcomes[index] != .failure }

    /// A trace that is not there is refused, but of a foreign transaction, on which nothing depends but its own
    /// transfers.
    mutating func lackTrace(_ index: Int, _ why: String) throws(Flaw) {
        lacksTrace = true
        let flaw = Flaw.missing("trace of transaction \(index) of block \(header.height): \(why)")
        try differ(.trace, flaw, isRooted: !transactions[index].isProven)
    }

    /// The top call of a trace must be the transaction itself, as its hash proves it.
    ///
    /// Held against what a sender signed alone: chains show the messages of their own in ways of their own.
    func expectTop(
        _ index: Int, from: AccountBytes?, to: AccountBytes?, value: HexDigits?
    ) throws(Flaw) {
        let scanned = transactions[index]
        guard scanned.isProven, scanned.isSigned else { return }
        if let from, let sender = scanned.from {
            try expect("sender in the trace of transaction \(index)", sender.text, from.text)
        }
        if let to, let recipient = scanned.recipient {
            try expect("recipient in the trace of transaction \(index)", recipient.text, to.text)
        }
        guard let value else { return }
        let moved = scanned.value?.word ?? .zero
        guard value.word == moved else {
            throw Flaw.unproven(
                "value in the trace of transaction \(index)", expected: moved.text, found: "another")
        }
    }

    /// A frame below the top one. Its position is its path from there, so `call:0.2` is the third call of
    /// the top one.
    mutating func addInner(
        _ index: Int, _ kind: FrameKind, value: HexDigits, from: AccountBytes?, to: AccountBytes, path: [Int]
    ) {
        guard let native = rules.native, kind != .standing, to.withBytes({ watching.mayContain($0) }),
            let amount = value.big.flatMap({ Amount($0) })
        else { return }
        add(
            native, amount, from: from, to: to, transaction: transactions[index].hash.text,
            position: "call:" + ([0] + path).map(String.init).joined(separator: "."),
            isTypeKnown: isKnown(index) && kind == .moving)
    }
}
