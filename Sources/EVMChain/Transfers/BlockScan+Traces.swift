internal import DepositCore
internal import NodeRPC

extension BlockScan {
    mutating func readTraces(_ traces: JSON, _ tracer: ScanRules.Tracer) throws(Flaw) {
        guard traces.isArray else { throw Flaw.malformed("traces of block \(header.height): no array") }
    }
}
