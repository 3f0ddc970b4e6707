public import ChainKit
public import DepositCore
public import NodeRPC
internal import Synchronization

/// A chain that a test grows, forks and bends at will, without a node or a protocol: for tests of what is above both.
///
/// One asset, `COIN`, without decimals; an address is its own text. Hashes are `HEIGHT` and the branch's letter, such
/// as `7b`.
public final class ScriptedChain: Sendable {
    /// A payment in a block.
    public struct Payment: Hashable, Sendable {
        public let transaction: String
        public let to: String
        public let amount: UInt64

        public init(_ transaction: String, to: String, amount: UInt64 = 100) {
            self.transaction = transaction
            self.to = to
            self.amount = amount
        }
    }

    private struct State {
        var blocks: [(header: Header, payments: [Payment])] = []
        /// Every block there ever was, so that one that left the chain can still be asked for by hash.
        var all: [BlockHash: [Payment]] = [:]
        var finalized: Height?
        var keptFrom: Height = 0
        var failure: NodeError.Fault?
        var bodiesRead: [Height] = []
    }

    private let state = Mutex(State())

    public init() {
        mine()
    }

    /// Adds a block to the branch named by `branch`.
    public func mine(_ payments: Payment..., branch: String = "a") {
        state.withLock { state in
            let height = Height(UInt64(state.blocks.count)) ?? 0
            let hash = BlockHash("\(height)\(branch)")
            let time = Timestamp(seconds: 1_000_000 + Int64(height.rawValue) * 10)
            let parent = state.blocks.last?.header.hash ?? BlockHash("none")
            let header = Header(block: BlockRef(height: height, hash: hash, time: time), parent: parent)
            state.blocks.append((header, payments))
            state.all[hash] = payments
        }
    }

    public func mine(count: Int, branch: String = "a") {
        for _ in 0..<count { mine(branch: branch) }
    }

    /// Below this height there is nothing more to be had, as at a node that keeps no history.
    public func prune(below height: Height) {
        state.withLock { $0.keptFrom = height }
    }

    /// Takes the newest blocks away, as a node does in the middle of a reorg.
    public func undo(_ depth: Int) {
        state.withLock { $0.blocks.removeLast(depth) }
    }

    public func finalize(_ height: Height?) {
        state.withLock { $0.finalized = height }
    }

    /// Makes every answer from now on an error; nil: answers are given again.
    public func fail(with fault: NodeError.Fault?) {
        state.withLock { $0.failure = fault }
    }

    public var head: Header {
        state.withLock { $0.blocks[$0.blocks.count - 1].header }
    }

    /// The heights whose bodies were asked for, in order.
    public var bodiesRead: [Height] { state.withLock { $0.bodiesRead } }

    /// A chain file for it: depth 3, a reorg window of 10, final by the node's word.
    public static let file = """
        id: scripted
        family: scripted
        network: {}
        block_interval: 10s
        reorg_window: 10
        finality: {tag: finalized}
        policy: [{depth: 3}]
        assets: [{id: COIN, native: true, decimals: 0}]
        proof: full
        """

    /// The chain as the daemon knows it. Every adapter reads this world, whatever its node.
    public func chain(_ file: String = ScriptedChain.file) throws -> some Chain {
        ToyFamily(spec: try ChainSpec(file, file: "scripted.yaml"), world: self)
    }

    private func read<Value>(
        _ node: Node, _ body: (State) throws(NodeError) -> Value
    ) throws(NodeError) -> Value {
        let snapshot = state.withLock { $0 }
        if let failure = snapshot.failure { throw node.fault(failure) }
        return try body(snapshot)
    }

    fileprivate func noteBodies(_ headers: [Header]) {
        state.withLock { $0.bodiesRead += headers.map(\.height) }
    }

    fileprivate func head(_ node: Node) throws(NodeError) -> Head {
        try read(node) { state in
            let finalized = state.finalized.map { state.blocks[Int($0.rawValue)].header.block }
            return Head(header: state.blocks[state.blocks.count - 1].header, finalized: finalized)
        }
    }

    fileprivate func headers(_ node: Node, _ heights: ClosedRange<Height>) throws(NodeError) -> [Header] {
        try read(node) { state in
            state.blocks.map(\.header).filter { heights.contains($0.height) && $0.height >= state.keptFrom }
        }
    }

    fileprivate func payments(_ node: Node, in header: Header) throws(NodeError) -> [Payment] {
        try read(node) { state throws(NodeError) in
            guard let payments = state.all[header.hash] else {
                throw node.fault(.missing("block \(header.hash)"))
            }
            return payments
        }
    }
}

private struct ToyFamily: Chain {
    static let family = "scripted"

    let spec: ChainSpec
    let world: ScriptedChain

    init(_ spec: ChainSpec) throws(ConfigError) {
        self.init(spec: spec, world: ScriptedChain())
    }

    init(spec: ChainSpec, world: ScriptedChain) {
        self.spec = spec
        self.world = world
    }

    func address(_ text: String) throws(AddressError) -> Address {
        Address(key: Array(text.utf8), text: text)
    }

    func adapter(on node: Node) -> any ChainAdapter {
        ScriptedAdapter(world: world, node: node)
    }
}

private struct ScriptedAdapter: ChainAdapter {
    let world: ScriptedChain
    let node: Node

    func verifyIdentity() async throws(NodeError) {
        _ = try world.head(node)
    }

    func head() async throws(NodeError) -> Head {
        try world.head(node)
    }

    func headers(at heights: ClosedRange<Height>) async throws(NodeError) -> [Header] {
        try world.headers(node, heights)
    }

    func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block] {
        world.noteBodies(headers)
        var blocks: [Block] = []
        for header in headers {
            let transfers = try world.payments(node, in: header).compactMap { payment in
                let key = Array(payment.to.utf8)
                return watching.mayContain(key) ? Transfer(payment, key) : nil
            }
            guard let block = Block(header: header, transfers: transfers) else {
                throw node.fault(.unproven("two transfers in one place"))
            }
            blocks.append(block)
        }
        return blocks
    }
}

extension Transfer {
    fileprivate init(_ payment: ScriptedChain.Payment, _ key: [UInt8]) {
        self.init(
            transaction: TransactionID(payment.transaction), position: Position("output:0"),
            asset: AssetID("COIN"), amount: Amount(payment.amount), to: Address(key: key, text: payment.to),
            from: [])
    }
}
