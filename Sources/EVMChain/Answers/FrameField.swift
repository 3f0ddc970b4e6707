/// The members of a frame, as geth's callTracer writes it.
enum FrameField: Int, AnswerField {
    case type, from, to, value, error, calls

    static let kind: StaticString = "call frame"
    static let table = FieldTable(FrameField.self)

    var name: StaticString {
        switch self {
        case .type: "type"
        case .from: "from"
        case .to: "to"
        case .value: "value"
        case .error: "error"
        case .calls: "calls"
        }
    }
}

/// The members of an item of `trace_block`.
enum TraceField: Int, AnswerField {
    case type, action, result, error, blockHash, transactionHash, transactionPosition, traceAddress

    static let kind: StaticString = "trace"
    static let table = FieldTable(TraceField.self)

    var name: StaticString {
        switch self {
        case .type: "type"
        case .action: "action"
        case .result: "result"
        case .error: "error"
        case .blockHash: "blockHash"
        case .transactionHash: "transactionHash"
        case .transactionPosition: "transactionPosition"
        case .traceAddress: "traceAddress"
        }
    }
}
