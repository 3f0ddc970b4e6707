internal import ChainKit

/// The names of faults in `script.yaml` and in `POST /script`.
extension NodeFault {
    /// Every name, with what it means when nothing else is said.
    public static let named: [(name: String, fault: NodeFault)] = [
        ("lags", .lags(blocks: 1)), ("other_fork", .otherFork(branch: "b")), ("flips", .flips(branch: "b")),
        ("null_answer", .nullAnswer), ("empty_list", .emptyList), ("deep_json", .deepJSON),
        ("answers", .answers("null")), ("refuses", .refuses(code: -32_601, message: "Method not found")),
        ("batch_limit", .batchLimit(calls: 10, message: "batch limit exceeded")),
        ("dropped_receipt", .droppedReceipt), ("dropped_transaction", .droppedTransaction),
        ("changed_amount", .changedAmount), ("flipped_status", .flippedStatus),
        ("dropped_log", .droppedLog),
        ("shuffled_batch", .shuffledBatch), ("short_batch", .shortBatch), ("error_body", .errorBody),
        ("truncated", .truncated), ("garbage", .garbage), ("huge", .huge),
        ("wrong_status", .wrongStatus(404)), ("rate_limited", .rateLimited(retryAfter: nil)),
        ("server_error", .serverError(503)), ("slow", .slow(milliseconds: 60_000)),
        ("unreachable", .unreachable),
    ]

    init(named value: StrictValue) throws {
        let name = try value.string()
        guard let fault = Self.named.first(where: { $0.name == name })?.fault else {
            let known = Self.named.map(\.name).joined(separator: ", ")
            throw value.fail("unknown fault \(name); known: \(known)")
        }
        self = fault
    }

    /// With the numbers and names that this fault takes: `blocks`, `branch`, `status`, `retry_after`, `after`,
    /// `result`, `code`, `message`, `calls`.
    init(named value: StrictValue, _ map: inout StrictMap) throws {
        self = try NodeFault(named: value)
        switch self {
        case .lags: if let blocks = map.optional("blocks") { self = .lags(blocks: try blocks.integer()) }
        case .otherFork:
            if let branch = map.optional("branch") { self = .otherFork(branch: try branch.string()) }
        case .flips: if let branch = map.optional("branch") { self = .flips(branch: try branch.string()) }
        case .wrongStatus:
            if let status = map.optional("status") { self = .wrongStatus(try status.integer(200...599)) }
        case .serverError:
            if let status = map.optional("status") { self = .serverError(try status.integer(500...599)) }
        case .rateLimited: self = .rateLimited(retryAfter: try map.optional("retry_after")?.integer())
        case .slow:
            if let after = map.optional("after") { self = .slow(milliseconds: try after.milliseconds()) }
        case .answers: if let result = map.optional("result") { self = .answers(try result.string()) }
        case .refuses(let code, let message):
            self = .refuses(
                code: try map.optional("code")?.integer(-100_000...100_000) ?? code,
                message: try map.optional("message")?.string() ?? message)
        case .batchLimit(let calls, let message):
            self = .batchLimit(
                calls: try map.optional("calls")?.integer(1...1_000) ?? calls,
                message: try map.optional("message")?.string() ?? message)
        case .nullAnswer, .emptyList, .deepJSON, .droppedReceipt, .droppedTransaction, .changedAmount,
            .flippedStatus, .droppedLog, .shuffledBatch, .shortBatch, .errorBody, .truncated, .garbage, .huge,
            .unreachable:
            break
        }
    }
}
