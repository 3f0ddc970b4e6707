package import NodeRPC

/// What a scripted node knows: a made-up chain, or a tape.
package protocol NodeSource: Sendable {
    var form: ReplyForm { get }
    func answer(_ method: String, _ parameters: [JSON], as outlook: Outlook) -> NodeAnswer
    /// Nil for a path that is not there.
    func answer(toGet path: String, as outlook: Outlook) -> [UInt8]?
}

/// From where a node sees its chain.
package struct Outlook: Hashable, Sendable {
    package var branch = TestChain.main
    /// How many blocks it lags behind the branch's tip.
    package var behind = 0
    /// What it says of its blocks instead of the truth.
    package var lie: NodeFault?

    package init() {}
}
