/// A fault and when it strikes: always, on one method, for a number of requests, or both.
struct FaultRule: Hashable, Sendable {
    let fault: NodeFault
    /// `GET` for a path that is got; nil: every method.
    let method: String?
    /// Requests that it will still strike; nil: all.
    var left: Int?

    func strikes(_ method: String) -> Bool {
        left != 0 && (self.method == nil || self.method == method)
    }
}

/// What one request meets: the faults that strike it, sorted by where they take effect.
struct Trouble: Sendable {
    private let rules: [FaultRule]
    /// Whether a node that flips is on its other side.
    private let isFlipped: Bool

    init(_ rules: [FaultRule], isFlipped: Bool) {
        self.rules = rules
        self.isFlipped = isFlipped
    }

    /// Faults of the whole request, and so of every call in it.
    var faults: [NodeFault] { rules.map(\.fault) }

    /// From where the node sees its chain when it answers this method.
    func outlook(_ method: String) -> Outlook {
        var outlook = Outlook()
        for fault in faults(of: method) {
            switch fault {
            case .lags(let blocks): outlook.behind = blocks
            case .otherFork(let branch): outlook.branch = branch
            case .flips(let branch): if isFlipped { outlook.branch = branch }
            case .droppedReceipt, .droppedTransaction, .changedAmount, .flippedStatus, .droppedLog:
                outlook.lie = fault
            default: break
            }
        }
        return outlook
    }

    /// What stands in place of a call's result; nil: the result.
    func replacement(_ method: String) -> NodeAnswer? {
        for fault in faults(of: method) {
            switch fault {
            case .nullAnswer: return .null
            case .emptyList: return .result("[]")
            case .deepJSON:
                let deep = 100_000
                return .result(String(repeating: "[", count: deep) + String(repeating: "]", count: deep))
            case .answers(let result): return .result(result)
            case .refuses(let code, let message): return .error(code: code, message: message)
            default: break
            }
        }
        return nil
    }

    /// What stands in place of a batch's answers; nil: the answers.
    func refusal(ofBatch count: Int) -> NodeAnswer? {
        for case .batchLimit(let calls, let message) in faults where count > calls {
            return .error(code: -32_000, message: message)
        }
        return nil
    }

    private func faults(of method: String) -> [NodeFault] {
        rules.filter { $0.method == nil || $0.method == method }.map(\.fault)
    }
}
