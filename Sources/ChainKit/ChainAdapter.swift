public import DepositCore
public import NodeRPC

/// One chain seen through one node: a few questions, without policy, storage or retries in it.
///
/// Every answer of one turn comes from the same node, so that the answers belong together.
public protocol ChainAdapter: Sendable {
    /// Fails with `wrongChain` unless the node follows the chain its chain file names.
    func verifyIdentity() async throws(NodeError)

    /// Finds out, after each look at the identity, what this node can do that not every node can, and remembers it.
    ///
    /// Fails with `unsuited` where the node lacks what the chain file asks for.
    func probe() async throws(NodeError) -> [Capability]

    /// The node's newest header, and the block it holds final, if the chain has such a thing.
    func head() async throws(NodeError) -> Head

    /// Headers of the node's best chain at these heights, lowest first; fewer when it has fewer.
    func headers(at heights: ClosedRange<Height>) async throws(NodeError) -> [Header]

    /// The transfers to addresses that pass the watchlist in exactly these blocks, one `Block` a header, in order.
    ///
    /// Asked for by hash and proven complete as far as the chain file says it can be; else an error.
    func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block]

    /// The first of these blocks, one after another, as far as what each holds is proven by itself or by another of
    /// them, or of those above: some chains commit to a block's results a few blocks later. Empty where the first is
    /// to be waited for.
    ///
    /// - Parameters:
    ///   - headers: of our chain, linked, lowest first.
    ///   - above: those that stand on them, as far as they count.
    func settled(
        _ headers: [Header], under above: [Header], watching: Watchlist
    ) async throws(NodeError) -> [Block]
}

extension ChainAdapter {
    /// Nothing, where all nodes of a family can do the same.
    public func probe() async throws(NodeError) -> [Capability] { [] }

    /// All of them, where each block proves itself.
    public func settled(
        _ headers: [Header], under above: [Header], watching: Watchlist
    ) async throws(NodeError) -> [Block] {
        try await blocks(headers, watching: watching)
    }
}

/// A chain whose branches weigh by the work in them: the heavier one is the chain, whatever its height.
public protocol Weighing: ChainAdapter {
    /// Whether the node's branch above `fork` holds more work than these blocks of ours above the same block.
    ///
    /// The work is recomputed from proven headers, never read. Asked for only at a fork.
    func outweighs(_ ours: [Header], above fork: Header) async throws(NodeError) -> Bool
}

/// One chain of one family, as its chain file describes it: what can be known of it without a node.
public protocol Chain: Sendable {
    /// The `family` that chain files name: `evm`, `bitcoin`.
    static var family: String { get }

    /// Everything that the family's nodes are asked for, whatever the chain file says.
    static var needs: [NodeNeed] { get }

    /// Those of them that this chain's file gives a use to.
    var needs: [NodeNeed] { get }

    /// Decodes the family's own part of a chain file, `network` and `options`; an unknown key is an error.
    init(_ spec: ChainSpec) throws(ConfigError)

    var spec: ChainSpec { get }

    /// How the times of this chain's blocks grow. By default none is older than the one it stands on.
    var blockClock: BlockClock { get }

    /// Whether later blocks commit to what a block holds. By default each block proves itself.
    var settlesLater: Bool { get }

    /// Whether its coins have worth to others: false for networks of developers, where one node may well be believed.
    var isMainNetwork: Bool { get }

    /// The one spelling of an address on this chain, or why it is none.
    func address(_ text: String) throws(AddressError) -> Address

    func adapter(on node: Node) -> any ChainAdapter
}

extension Chain {
    /// Of a family that has no list of them.
    public static var needs: [NodeNeed] { [] }
    public var needs: [NodeNeed] { Self.needs }

    public var blockClock: BlockClock { .notBelowParent }

    public var settlesLater: Bool { false }

    /// A family that cannot tell has none but main ones.
    public var isMainNetwork: Bool { true }
}

/// Why a text is no address of a chain; the text for a person says what to do.
public struct AddressError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
