internal import DepositCore
internal import NodeRPC

extension BlockScan {
    /// An item that did not fail itself, and moves value.
    private struct Move {
        let index: Int
        let path: [Int]
        let value: HexDigits
        let from: AccountBytes?
        let to: AccountBytes
        let kind: FrameKind
    }

    /// `trace_block` of OpenEthereum's module: a flat list in which an error stands at the failed item
    /// alone, so that what lies below it looks fine and is told by its path.
    mutating func readTraceBlock(_ traces: [JSON]) throws(Flaw) {
        var trace = AnswerObject<TraceField>()
        var moves: [Move] = []
        var failed: Set<[Int]> = []
        var roots = [Bool?](repeating: nil, count: transactions.count)
        for (ordinal, item) in traces.enumerated() {
            try trace.read(item, ordinal: ordinal)
            let block = try trace.bytes32(.blockHash)
            try expect("block of trace \(ordinal)", hash.text, block.text)
            guard trace.has(.transactionHash) else { continue }
            let index = try transactionIndex(trace)
            let path = try traceAddress(trace)
            if trace.has(.error) { failed.insert([index] + path) }
            if path.isEmpty {
                guard roots[index] == nil else {
                    throw Flaw.malformed("two top traces of transaction \(index)")
                }
                roots[index] = trace.has(.error)
                if !trace.has(.error), needsTrace(index) { try expectTop(trace, index) }
            } else if !trace.has(.error), let move = try Self.move(trace, index, path) {
                moves.append(move)
            }
        }
        for index in transactions.indices {
            guard let hasFailed = roots[index] else {
                if index >= rootedCount || !needsTrace(index) { continue }
                try lackTrace(index, "none")
                continue
            }
            guard try settle(index, hasFailed: hasFailed) else { continue }
            for move in moves where move.index == index {
                let ancestors = (0..<move.path.count).map { [index] + move.path[..<$0] }
                if ancestors.contains(where: failed.contains) { continue }
                addInner(index, move.kind, value: move.value, from: move.from, to: move.to, path: move.path)
            }
        }
    }

    /// Of the top item, whose result names the contract that it created.
    private func expectTop(_ trace: AnswerObject<TraceField>, _ index: Int) throws(Flaw) {
        guard let action = trace[.action] else { return }
        let made = transactions[index].isCreation ? trace[.result]?.member("address") : action.member("to")
        try expectTop(
            index, from: action.member("from")?.hex?.account, to: made?.hex?.account,
            value: action.member("value")?.hex)
    }

    private func transactionIndex(_ trace: AnswerObject<TraceField>) throws(Flaw) -> Int {
        let hash = try trace.bytes32(.transactionHash)
        guard let place = trace[.transactionPosition]?.unsigned, place < transactions.count else {
            throw trace.flaw(.transactionPosition, "is not the place of a transaction")
        }
        try expect("transaction of a trace at place \(place)", transactions[Int(place)].hash.text, hash.text)
        return Int(place)
    }

    private func traceAddress(_ trace: AnswerObject<TraceField>) throws(Flaw) -> [Int] {
        var path: [Int] = []
        for step in try trace.array(.traceAddress).elements {
            guard let number = step.unsigned, number < 1 << 32 else {
                throw trace.flaw(.traceAddress, "holds what is no number")
            }
            path.append(Int(number))
        }
        return path
    }

    /// The value an item moves: `call` with its call type, `create` to the address it made, `suicide` of a
    /// balance.
    private static func move(
        _ trace: AnswerObject<TraceField>, _ index: Int, _ path: [Int]
    ) throws(Flaw) -> Move? {
        guard let type = trace[.type]?.bytes, let action = trace[.action] else {
            throw Flaw.malformed("\(trace.place) has no type or action")
        }
        let isSuicide = type.equals("suicide") || type.equals("selfdestruct")
        guard let value = action.member(isSuicide ? "balance" : "value")?.hex, !value.isZero else {
            return nil
        }
        let from = action.member(isSuicide ? "address" : "from")?.hex?.account
        let recipient: JSON?
        let kind: FrameKind
        if isSuicide {
            (recipient, kind) = (action.member("refundAddress"), .moving)
        } else if type.equals("create") {
            (recipient, kind) = (trace[.result]?.member("address"), .moving)
        } else {
            recipient = action.member("to")
            kind = callKind(action.member("callType")?.bytes)
        }
        guard let to = recipient?.hex?.account else {
            throw trace.flaw(.action, "names no recipient of its value")
        }
        return Move(index: index, path: path, value: value, from: from, to: to, kind: kind)
    }

    private static func callKind(_ name: UnsafeRawBufferPointer?) -> FrameKind {
        guard let name else { return .unknown }
        if name.equals("call") { return .moving }
        let isStanding = name.equals("delegatecall") || name.equals("callcode") || name.equals("staticcall")
        return isStanding ? .standing : .unknown
    }
}
