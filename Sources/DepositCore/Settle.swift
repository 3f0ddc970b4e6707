/// A transfer that the store has found to go to a watched address, with that address's label.
public struct Incoming: Hashable, Sendable {
    public let transfer: Transfer
    /// The deposit that it is.
    public let deposit: DepositID
    public let label: String?

    public init(_ transfer: Transfer, on chain: ChainID, label: String?) {
        self.transfer = transfer
        self.label = label
        deposit = Deposit.id(of: transfer, on: chain)
    }
}

/// What one move of a chain changes: written to the store as a whole, or not at all.
public struct Change: Hashable, Sendable {
    /// How the cursor moves.
    public enum Move: Hashable, Sendable {
        case connect(Header)
        case disconnect(Header)
        /// The cursor stays: finality advanced, or a block below it was scanned for an address issued late.
        case stay
    }

    public let chain: ChainID
    public let move: Move
    public let finalized: BlockRef?
    /// The highest height that nodes have agreed on, where that is news.
    public let agreed: Height?
    /// The lowest block whose results no later block has proven yet, where that is news.
    public let unproven: Height?
    /// Deposits that are new or changed, as they are now.
    public let deposits: [Deposit]
    /// In the order in which they happened.
    public let events: [Event]

    public init(
        chain: ChainID, move: Move, finalized: BlockRef?, agreed: Height? = nil,
        unproven: Height? = nil, deposits: [Deposit], events: [Event]
    ) {
        self.chain = chain
        self.move = move
        self.finalized = finalized
        self.agreed = agreed
        self.unproven = unproven
        self.deposits = deposits
        self.events = events
    }

    /// The same, with the lowest block whose results no later block has proven yet.
    public func unproven(from height: Height?) -> Change {
        Change(
            chain: chain, move: move, finalized: finalized, agreed: agreed, unproven: height,
            deposits: deposits, events: events)
    }
}

/// Decides what blocks do to deposits. Pure: the same arguments give the same change, to the byte.
public struct Settlement {
    private let rules: ChainRules
    private let view: ChainView
    private let now: Timestamp
    private var deposits: [DepositID: Deposit]
    private var changed: [DepositID] = []
    private var isChanged: Set<DepositID> = []
    private var events: [Event] = []

    private init(_ known: [Deposit], _ rules: ChainRules, _ view: ChainView, _ now: Timestamp) {
        self.rules = rules
        self.view = view
        self.now = now
        deposits = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Settles a block that stands under `view.tip`, or is it.
    ///
    /// - Parameter known: the deposits with the identities of `incoming`, and those due under `view`.
    public static func settle(
        _ incoming: [Incoming], in block: BlockRef, move: Change.Move, known: [Deposit], rules: ChainRules,
        view: ChainView, now: Timestamp
    ) -> Change {
        var settlement = Settlement(known, rules, view, now)
        for item in incoming { settlement.find(item, in: block) }
        settlement.decideAll()
        return settlement.change(move)
    }

    /// Settles what has become due under a tip that stays.
    public static func settle(
        known: [Deposit], rules: ChainRules, view: ChainView, now: Timestamp
    ) -> Change {
        var settlement = Settlement(known, rules, view, now)
        settlement.decideAll()
        return settlement.change(.stay)
    }

    /// Settles a block of ours anew, now that it is proven what it holds: what was found in it before and is not there
    /// goes, and what was hidden is found. Nothing is confirmed by that alone.
    ///
    /// - Parameters:
    ///   - block: with all its transfers to addresses of `known`, watched still or not.
    ///   - incoming: those of them that go to watched addresses.
    ///   - known: the deposits with the identities of `incoming`, and those that stand in the block.
    public static func prove(
        _ block: Block, _ incoming: [Incoming], known: [Deposit], rules: ChainRules, view: ChainView,
        now: Timestamp
    ) -> Change {
        var settlement = Settlement(known, rules, view, now)
        let shown = Dictionary(
            block.transfers.map { (Deposit.id(of: $0, on: rules.chain), $0) },
            uniquingKeysWith: { first, _ in first })
        for id in settlement.inOrder {
            guard let deposit = settlement.deposits[id], let place = deposit.unconfirmedBlock,
                rules.assets[deposit.transfer.asset] != nil
            else { continue }
            let isThere = place.hash == block.header.hash
            let stands = shown[id].map { isThere && deposit.transfer.isBorne(by: $0) }
            if !(stands ?? !isThere) { settlement.apply(.left, to: id) }
        }
        for item in incoming { settlement.find(item, in: block.header.block) }
        return settlement.change(.stay)
    }

    /// Takes back a block that left the chain.
    ///
    /// - Parameter known: every deposit that stands in `header`'s block.
    public static func unsettle(
        _ header: Header, known: [Deposit], rules: ChainRules, view: ChainView, now: Timestamp
    ) -> Change {
        var settlement = Settlement(known, rules, view, now)
        for id in settlement.inOrder where settlement.deposits[id]?.block?.hash == header.hash {
            settlement.apply(.left, to: id)
        }
        return settlement.change(.disconnect(header))
    }

    private var inOrder: [DepositID] {
        deposits.values.sorted { ($0.block?.height ?? 0, $0.id) < ($1.block?.height ?? 0, $1.id) }.map(\.id)
    }

    private func change(_ move: Change.Move) -> Change {
        Change(
            chain: rules.chain, move: move, finalized: view.finalized, agreed: view.agreed,
            deposits: changed.compactMap { deposits[$0] }, events: events)
    }

    private mutating func find(_ incoming: Incoming, in block: BlockRef) {
        let transfer = incoming.transfer
        guard let asset = rules.assets[transfer.asset], transfer.amount > .zero else { return }
        let id = incoming.deposit
        let fresh = Deposit(
            id: id, chain: rules.chain, transfer: transfer, label: incoming.label,
            requirement: rules.policy.requirement(for: transfer, of: asset),
            isSilent: transfer.amount < asset.minimum, state: .dropped, sequence: 0)
        if deposits[id]?.block == nil { deposits[id, default: fresh].takeOver(fresh) }
        apply(.found(block, transfer.doubt), to: id)
    }

    private mutating func decideAll() {
        for id in inOrder {
            guard let deposit = deposits[id], let block = deposit.block else { continue }
            if view.confirms(deposit, in: block) { apply(.satisfied, to: id) }
            if view.isFinal(block) { apply(.final, to: id) }
        }
    }

    private mutating func apply(_ input: Deposit.Input, to id: DepositID) {
        guard var deposit = deposits[id], let next = deposit.state.next(input) else { return }
        deposit.move(to: next)
        deposits[id] = deposit
        if isChanged.insert(id).inserted { changed.append(id) }
        guard !deposit.isSilent, let asset = rules.assets[deposit.transfer.asset] else { return }
        events.append(Event(of: deposit, asset: asset, under: view, at: now))
    }
}

extension Deposit {
    /// The block that holds the transfer, while nothing has been confirmed there.
    fileprivate var unconfirmedBlock: BlockRef? {
        switch state {
        case .detected(let block), .review(_, let block): block
        case .seen, .dropped, .confirmed, .finalized, .orphaned, .reversed: nil
        }
    }
}
