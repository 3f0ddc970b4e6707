public import ChainKit
public import DepositCore
package import NodeRPC
internal import Synchronization

/// A made-up chain that a test mines, forks and takes back at will. Its blocks can be proven, as real ones can.
///
/// ```swift
/// let chain = try TestChain(.evm)
/// let alice = try chain.address(1)
/// try chain.mine(.init("t1", to: alice, amount: 5_000))
/// try chain.mine(count: 2)
/// let node = chain.node("a").node      // what a `Watcher` takes
/// ```
///
/// Nodes follow the branch `main` unless a fault says otherwise. Everything is derived from what was mined, in order:
/// the same calls give the same hashes.
public final class TestChain: Sendable {
    public enum Family: String, Sendable, CaseIterable { case evm, bitcoin }

    /// A transaction that pays one address.
    public struct Payment: Hashable, Sendable {
        /// What tells its transaction from others: the same payment mined again is the same transaction.
        public let name: String
        public let to: Address
        /// In base units.
        public let amount: UInt64
        /// Nil: the chain's own coin.
        public let asset: AssetID?
        /// Whether it moves anything. Only an EVM has transactions that are mined and fail.
        public let succeeds: Bool

        public init(
            _ name: String, to: Address, amount: UInt64, asset: AssetID? = nil, succeeds: Bool = true
        ) {
            self.name = name
            self.to = to
            self.amount = amount
            self.asset = asset
            self.succeeds = succeeds
        }
    }

    /// The branch that nodes follow.
    public static let main = "main"

    private struct State {
        /// Each from block 0 on.
        var branches: [String: [any MadeBlock]]
        /// Every block there ever was.
        var known: [BlockHash: any MadeBlock]
        var finalized: Height?
        var mined: UInt64 = 0
    }

    private let family: any ScriptedFamily
    private let state: Mutex<State>
    /// The chain file, with which any depositwatch follows this chain.
    public let file: String
    /// The chain as its file describes it.
    public let chain: any Chain

    /// - Parameter servesREST: whether its nodes also serve blocks over REST, as bitcoind does when told to.
    public convenience init(_ family: Family, servesREST: Bool = false) throws {
        switch family {
        case .evm: try self.init(EthereumFamily())
        case .bitcoin: try self.init(BitcoinFamily(servesREST: servesREST))
        }
    }

    /// An EVM chain whose blocks with payments each end with a transaction of this type.
    package convenience init(endingIn foreignType: UInt8) throws {
        try self.init(EthereumFamily(foreignType: foreignType))
    }

    /// An EVM chain whose blocks commit to their own results below this height, and from there on to those of blocks
    /// below them, as Avalanche's do since Helicon (ACP-194).
    public convenience init(settledSince height: UInt64) throws {
        try self.init(EthereumFamily(settledSince: height))
    }

    package init(_ family: any ScriptedFamily) throws {
        self.family = family
        let genesis = family.genesis
        file = family.chainFile(genesis: genesis.summary)
        chain = try family.chain(file)
        state = Mutex(State(branches: [Self.main: [genesis]], known: [genesis.summary.hash: genesis]))
    }

    /// The made-up address with this number, such as a backend would have issued.
    public func address(_ number: Int) throws -> Address {
        try chain.address(family.address(number, on: chain))
    }

    /// The id of the payment's transaction, whichever block it is mined in.
    public func transaction(of payment: Payment) -> TransactionID {
        TransactionID(family.transaction(of: payment))
    }

    /// The chain as another file describes it, with an anchor or an option that its own lacks.
    public func chain(described file: String) throws -> any Chain {
        try family.chain(file)
    }

    /// A node of this chain.
    public func node(_ name: String) -> ScriptedNode {
        ScriptedNode(name, source: self)
    }

    /// Adds a block with these payments.
    @discardableResult
    public func mine(_ payments: Payment..., on branch: String = main) throws -> Header {
        try mine(payments, on: branch)
    }

    @discardableResult
    public func mine(_ payments: [Payment], on branch: String = main) throws -> Header {
        try changing(branch) { state, blocks in
            state.mined += 1
            let block = family.mine(payments, on: blocks[blocks.count - 1], salt: state.mined)
            state.known[block.summary.hash] = block
            blocks.append(block)
            return block.summary
        }
    }

    /// Adds blocks without payments.
    public func mine(count: Int, on branch: String = main) throws {
        for _ in 0..<count { try mine([], on: branch) }
    }

    /// Takes the newest blocks away, as happens in the middle of a reorg.
    public func undo(_ count: Int, on branch: String = main) throws {
        try changing(branch) { _, blocks in
            guard (0..<blocks.count).contains(count) else {
                throw FixtureError("\(branch) has \(blocks.count - 1) blocks to undo, not \(count)")
            }
            blocks.removeLast(count)
        }
    }

    /// Begins a branch that shares another's blocks but for the newest `depth`.
    public func fork(_ branch: String, depth: Int, of origin: String = main) throws {
        let shared = try changing(origin) { _, blocks in
            guard (0..<blocks.count).contains(depth) else {
                throw FixtureError("\(origin) has \(blocks.count - 1) blocks to fork off, not \(depth)")
            }
            return Array(blocks.dropLast(depth))
        }
        state.withLock { $0.branches[branch] = shared }
    }

    /// Makes `main` what the branch is: every node that follows it is reorganised.
    public func adopt(_ branch: String) throws {
        let blocks = try changing(branch) { _, blocks in blocks }
        state.withLock { $0.branches[Self.main] = blocks }
    }

    /// What nodes call final from now on; nil: nothing.
    public func finalize(_ height: Height?) {
        state.withLock { $0.finalized = height }
    }

    /// The branch's blocks, from block 0 on.
    public func headers(of branch: String = main) throws -> [Header] {
        try changing(branch) { _, blocks in blocks.map(\.summary) }
    }

    private func changing<Value>(
        _ branch: String, _ body: (inout State, inout [any MadeBlock]) throws -> Value
    ) throws -> Value {
        try state.withLock { state in
            guard var blocks = state.branches[branch] else {
                let known = state.branches.keys.sorted().joined(separator: ", ")
                throw FixtureError("there is no branch \(branch); begin it with fork (known: \(known))")
            }
            let value = try body(&state, &blocks)
            state.branches[branch] = blocks
            return value
        }
    }
}

extension TestChain: NodeSource {
    package var form: ReplyForm { family.form }

    package func answer(_ method: String, _ parameters: [JSON], as outlook: Outlook) -> NodeAnswer {
        family.answer(method, parameters, in: view(outlook))
    }

    package func answer(toGet path: String, as outlook: Outlook) -> [UInt8]? {
        family.answer(toGet: path, in: view(outlook))
    }

    /// A node that lags has nothing above its tip, and one on a fork has nothing that is not on it.
    private func view(_ outlook: Outlook) -> NodeView {
        let state = state.withLock { $0 }
        let branch = state.branches[outlook.branch] ?? state.branches[Self.main] ?? [family.genesis]
        let best = Array(branch.dropLast(min(outlook.behind, branch.count - 1)))
        var known = state.known
        if outlook.branch != Self.main {
            known = Dictionary(best.map { ($0.summary.hash, $0) }) { first, _ in first }
        } else if outlook.behind > 0 {
            known = known.filter { $0.value.summary.height.rawValue < UInt64(best.count) }
        }
        let finalized = state.finalized.map { min($0, best[best.count - 1].summary.height) }
        return NodeView(chain: chain, best: best, finalized: finalized, known: known, lie: outlook.lie)
    }
}
