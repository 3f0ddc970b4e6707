internal import DepositCore
internal import NodeRPC

extension BlockScan {
    /// Frames whose children are still being read: the way from the top frame to where the reader is.
    private struct Level {
        var children: JSON.Elements
        var next = 0
    }

    /// `debug_traceBlockByHash` with the callTracer: `[{txHash, result: frame}, …]`, one a transaction, in
    /// order.
    mutating func readCallTraces(_ traces: JSON) throws(Flaw) {
        var frame = AnswerObject<FrameField>()
        var index = 0
        for entry in traces.elements {
            guard index < transactions.count else { index += 1; break }
            if let hash = entry.member("txHash") {
                guard let found = hash.hex?.bytes32 else { throw Flaw.malformed("txHash of trace \(index)") }
                // Of what failed, a trace may be left out.
                while found != transactions[index].hash, !needsTrace(index), index + 1 < transactions.count {
                    index += 1
                }
                try expect("transaction of trace \(index)", transactions[index].hash.text, found.text)
            }
            guard needsTrace(index) else {
                index += 1
                continue
            }
            try readEntry(entry.member("result"), of: index, entry.member("error")?.string, &frame)
            index += 1
        }
        while index < rootedCount, !needsTrace(index) { index += 1 }
        guard (rootedCount...transactions.count).contains(index) else {
            throw Flaw.unproven(
                "traces of block \(header.height)", expected: "\(transactions.count), one a transaction",
                found: "\(index)")
        }
    }

    /// `debug_traceTransaction` with the callTracer, a frame a transaction.
    mutating func readCallTraces(_ traces: [BlockTraces.Trace]) throws(Flaw) {
        var frame = AnswerObject<FrameField>()
        for (index, trace) in traces.enumerated() where index < transactions.count && needsTrace(index) {
            switch trace {
            case .json(let top): try readEntry(top, of: index, nil, &frame)
            case .none(let why):
                // What no root is over, a node need not trace.
                if index < rootedCount { try lackTrace(index, why) }
            }
        }
    }

    /// What a block's trace says of one transaction: that it says nothing of a foreign one is put up with.
    private mutating func readEntry(
        _ top: JSON?, of index: Int, _ why: String?, _ frame: inout AnswerObject<FrameField>
    ) throws(Flaw) {
        guard let top, !top.isEmpty else { return try lackTrace(index, why ?? "no result") }
        do throws(Flaw) { try readTop(top, of: index, &frame) } catch {
            guard !transactions[index].isProven else { throw error }
            try lackTrace(index, "it cannot be read")
        }
    }

    private mutating func readTop(
        _ top: JSON, of index: Int, _ frame: inout AnswerObject<FrameField>
    ) throws(Flaw) {
        try frame.read(top, ordinal: index)
        guard try settle(index, hasFailed: frame.has(.error)) else { return }
        try expectTop(
            index, from: try frame.optionalAccount(.from), to: try frame.optionalAccount(.to),
            value: frame.has(.value) ? try frame.hex(.value) : nil)
        if let calls = frame[.calls] { try readCalls(calls, of: index, &frame) }
    }

    /// Reads the frames below a transaction's top frame. What a failed frame did is undone, and so is all
    /// below it.
    ///
    /// With a stack of its own: calls nest up to 1,024 deep, and whoever made them chose how deep.
    private mutating func readCalls(
        _ calls: JSON, of index: Int, _ frame: inout AnswerObject<FrameField>
    ) throws(Flaw) {
        var levels = [Level(children: calls.elements)]
        while let depth = levels.indices.last {
            guard let child = levels[depth].children.next() else {
                levels.removeLast()
                continue
            }
            levels[depth].next += 1
            try frame.read(child, ordinal: index)
            if frame.has(.error) { continue }
            guard let name = frame[.type]?.bytes else { throw frame.flaw(.type, "is missing") }
            if frame.has(.value) {
                let value = try frame.hex(.value)
                if !value.isZero, let to = try frame.optionalAccount(.to) {
                    addInner(
                        index, FrameKind(name), value: value, from: try frame.optionalAccount(.from), to: to,
                        path: levels.map { $0.next - 1 })
                }
            }
            if let calls = frame[.calls] { levels.append(Level(children: calls.elements)) }
        }
    }
}

extension JSON {
    /// `null`, or an object without members.
    fileprivate var isEmpty: Bool { isNull || isObject && members.first { _ in true } == nil }
}
