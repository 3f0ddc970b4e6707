internal import DepositCore
internal import NodeRPC

/// The traces of a block as they were asked for: all at once, or one a transaction.
enum BlockTraces {
    case block(JSON)
    /// In the order of the transactions.
    case each([Trace])

    enum Trace {
        case json(JSON)
        case none(why: String)
    }
}

/// How long a node may take for a trace, so that it gives up before we do.
///
/// Source: geth's `TraceConfig.timeout` (eth/tracers/api.go), a duration as Go writes it; 5 s without it, for each
/// transaction.
struct TraceTime {
    let text: String

    /// - Parameter patience: seconds that the whole answer may take.
    init(within patience: Int) {
        text = "\(max(1, patience * 5 / 6))s"
    }
}

extension RPCCall {
    /// `trace_block` takes no hash, so each of its items is checked for the block it says it is of.
    static func traces(
        _ hash: String, at height: Height, _ tracer: ScanRules.Tracer, _ time: TraceTime?
    ) -> RPCCall {
        switch tracer {
        case .callTracer: RPCCall(tracer.method, #"["\#(hash)",\#(options(time))]"#)
        case .traceBlock: RPCCall(tracer.method, #"["\#(hexQuantity(height.rawValue))"]"#)
        }
    }

    /// The trace of one transaction.
    static func trace(_ hash: Bytes32, _ tracer: ScanRules.Tracer, _ time: TraceTime?) -> RPCCall {
        switch tracer {
        case .callTracer: RPCCall("debug_traceTransaction", #"["\#(hash.text)",\#(options(time))]"#)
        case .traceBlock: RPCCall("trace_transaction", #"["\#(hash.text)"]"#)
        }
    }

    private static func options(_ time: TraceTime?) -> String {
        let time = time.map { #","timeout":"\#($0.text)""# } ?? ""
        return #"{"tracer":"callTracer"\#(time)}"#
    }
}
