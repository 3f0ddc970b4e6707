public import NodeRPC

/// Something that a family asks of its nodes, and what is lost where one lacks it.
///
/// A family's list of these is the page `NodeMethods.md`, row by row, and what `check --online` prints of a node.
public struct NodeNeed: Hashable, Sendable {
    public enum Rank: Hashable, Sendable {
        /// A node without it is not used.
        case needed
        /// What it does is done in another way, or left undone.
        case optional
    }

    /// How it is found out whether a node has it.
    public enum Trial: Hashable, Sendable {
        /// By a call that costs nothing, such as one about a block that nobody has.
        case call(RPCCall)
        /// By the capability with this name, which every probe finds out.
        case capability(String)
    }

    /// What the node is asked: a method, a path, or a method with a tag.
    public let method: String
    /// What for.
    public let use: String
    public let rank: Rank
    /// It is asked for only where the chain file says this.
    public let option: String?
    /// What is lost without it.
    public let lost: String
    public let trial: Trial

    public init(
        _ method: String, _ rank: Rank, for use: String, lost: String, with option: String? = nil,
        trial: Trial
    ) {
        self.method = method
        self.rank = rank
        self.option = option
        self.use = use
        self.lost = lost
        self.trial = trial
    }
}

extension NodeNeed {
    /// Whether a node has what is asked of it.
    public enum Presence: Hashable, Sendable {
        case has
        /// In the node's own words, where it has any.
        case lacks(words: String?)
        /// It could not be found out.
        case unclear(words: String)
    }

    /// Asks a node.
    ///
    /// - Parameter found: what its last probe has found.
    public func presence(at node: Node, _ found: [Capability]) async -> Presence {
        switch trial {
        case .capability(let name):
            guard let one = found.first(where: { $0.name == name }) else {
                return .unclear(words: "not looked for on this chain")
            }
            return one.isOffered ? .has : .lacks(words: nil)
        case .call(let call):
            do throws(NodeError) {
                return try await node.call([call]) { replies throws(NodeError) in
                    guard case .error(let error) = try replies.answer(0), error.meaning == .noSuchMethod
                    else {
                        return .has
                    }
                    return .lacks(words: error.message)
                }
            } catch {
                return error.saysAbsent ? .lacks(words: error.words) : .unclear(words: error.words)
            }
        }
    }

    /// For people, of one node: `has eth_chainId`, `lacks eth_getLogs: …`.
    public func words(_ presence: Presence) -> String {
        switch presence {
        case .has: "has     \(method)"
        case .lacks(let words): "lacks   \(method)\(words.map { " (\($0))" } ?? ""): \(lost)"
        case .unclear(let words): "unclear \(method): \(words)"
        }
    }
}

extension NodeNeed {
    /// For people: `needed`, ``needed with `verify_by_balance` ``.
    public var rankWords: String {
        let with = option.map { " with `\($0)`" } ?? ""
        return switch rank {
        case .needed: "needed" + with
        case .optional: "optional" + with
        }
    }
}
