internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// What a chain's file says about reading its blocks.
struct ScanRules: Sendable {
    let proof: ChainSpec.Proof
    /// The coin of the chain; nil where the chain file lists none.
    let native: AssetID?
    /// The listed tokens, by contract: an event of any other contract is no transfer, whatever it claims.
    let tokens: [AccountBytes: AssetID]
    /// Those whose transfers count only where the receiver's balance bears them out, with their contracts.
    let verified: [AssetID: AccountBytes]
    let layout: HeaderLayout
    let types: TransactionTypes
    /// Whether a header's receipts root and bloom are over the receipts of the blocks that it settles, wherever its
    /// settled fields are there.
    let settles: Bool
    let tracer: Tracer?
    /// Whether validators' withdrawals (EIP-4895) pay into accounts on this chain.
    let withdrawals: Bool
    /// Whether blocks may end with a state-sync transaction, as Polygon's do.
    let stateSync: Bool
    /// The first block whose roots are over that transaction, too; nil: none is known to be.
    let stateSyncRooted: Height?
    /// The first block whose receipts have a status, and not a state root in its place; nil: all have (EIP-658).
    let byzantium: Height?

    /// Where inner calls are read from.
    enum Tracer: String, CaseIterable, Sendable {
        /// `debug_traceBlockByHash` with geth's callTracer: geth, reth, erigon, nitro.
        case callTracer = "call_tracer"
        /// `trace_block`: erigon, reth, nethermind.
        case traceBlock = "trace_block"
    }

    /// How deeply an answer of this chain's nodes may nest.
    var depth: Int { tracer == nil ? JSONDepth.answer : JSONDepth.trace }
    var provesBloom: Bool { proof != .count }
    var provesRoots: Bool { proof == .receipts || proof == .full }
    var provesHeader: Bool { proof == .full }

    /// Bor's type of the transaction that brings deposits over from Ethereum (0xPolygon/bor, core/types, PIP-74). It
    /// moves no value of its own.
    func isStateSync(_ type: UInt64) -> Bool { stateSync && type == 0x7f }

    /// Whether blocks that a later header settles can be proven by it.
    var provesSettled: Bool { settles && provesRoots }

    func hasStatus(at height: Height) -> Bool {
        byzantium.map { height >= $0 } ?? true
    }
}
