/// A transfer to an issued address, with a life.
public struct Deposit: Hashable, Sendable {
    public let id: DepositID
    public let chain: ChainID
    /// As the block that holds it says, or the last one that did: mined again, a contract's call may move another
    /// amount at the same position.
    public private(set) var transfer: Transfer
    /// The operator's label of the address at the time of the transfer.
    public private(set) var label: String?
    /// What this deposit needs to be confirmed, by the policy in force when it was found in its block.
    public private(set) var requirement: Requirement
    /// Below its asset's minimum: recorded, without events.
    public private(set) var isSilent: Bool
    public private(set) var state: State
    /// How many events it has had: 1, 2, 3 …
    public private(set) var sequence: UInt64

    public enum State: Hashable, Sendable {
        case seen
        case dropped
        case detected(in: BlockRef)
        case confirmed(in: BlockRef)
        case finalized(in: BlockRef)
        case orphaned(from: BlockRef)
        case reversed(from: BlockRef)
        case review(Doubt, in: BlockRef)
    }

    /// What can happen to a deposit.
    public enum Input: Hashable, Sendable {
        /// The transaction waits in a node's mempool.
        case sighted
        /// The transaction left the mempool unmined.
        case vanished
        /// A connected block holds the transfer.
        case found(BlockRef, Doubt?)
        /// The reason for review is gone.
        case cleared
        /// The requirement is met.
        case satisfied
        /// The block is final.
        case final
        /// The block left the chain.
        case left
    }

    /// For a deposit as the store holds it.
    public init(
        id: DepositID, chain: ChainID, transfer: Transfer, label: String?, requirement: Requirement,
        isSilent: Bool, state: State, sequence: UInt64
    ) {
        self.id = id
        self.chain = chain
        self.transfer = transfer
        self.label = label
        self.requirement = requirement
        self.isSilent = isSilent
        self.state = state
        self.sequence = sequence
    }

    /// The identity: (chain, transaction, position), and nothing that a reorg can change.
    public static func id(chain: ChainID, transaction: TransactionID, position: Position) -> DepositID {
        DepositID(ContentID.text("dep", [chain.text, transaction.text, position.text]))
    }

    public static func id(of transfer: Transfer, on chain: ChainID) -> DepositID {
        id(chain: chain, transaction: transfer.transaction, position: transfer.position)
    }

    /// The block that holds the transfer; nil where none does.
    public var block: BlockRef? {
        switch state {
        case .detected(let block), .confirmed(let block), .finalized(let block), .review(_, let block): block
        case .seen, .dropped, .orphaned, .reversed: nil
        }
    }

    /// The block the transfer was in before that left the chain.
    public var displacedBlock: BlockRef? {
        switch state {
        case .orphaned(let block), .reversed(let block): block
        case .seen, .dropped, .detected, .confirmed, .finalized, .review: nil
        }
    }

    /// When to look at this deposit again; nil while only a block can change it.
    public var due: Due? {
        switch state {
        case .detected(let block):
            requirement.due(at: block.height, maturity: transfer.maturity)
        case .confirmed(let block):
            Due(tip: block.height, final: block.height, fallback: nil)
        case .seen, .dropped, .finalized, .orphaned, .reversed, .review:
            nil
        }
    }

    /// Takes over what a new block says of the same transfer, once its old block is gone.
    ///
    /// - Precondition: no block holds it, and `fresh` has the same identity.
    mutating func takeOver(_ fresh: Deposit) {
        precondition(block == nil && fresh.id == id)
        transfer = fresh.transfer
        label = fresh.label
        requirement = fresh.requirement
        isSilent = fresh.isSilent
    }

    /// Moves to `state`. A deposit with events counts one more.
    mutating func move(to state: State) {
        self.state = state
        if !isSilent { sequence += 1 }
    }
}
