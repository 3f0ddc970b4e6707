internal import NodeRPC

/// What is wrong with an answer, before it is known which node gave it.
struct Flaw: Error, Hashable {
    let fault: NodeError.Fault

    static func malformed(_ what: String) -> Flaw { Flaw(fault: .malformed(what)) }
    static func missing(_ what: String) -> Flaw { Flaw(fault: .missing(what)) }

    /// A check did not hold.
    static func unproven(_ check: String, expected: String, found: String) -> Flaw {
        Flaw(fault: .unproven("\(check): expected \(expected), found \(found)"))
    }
}
