@testable internal import DepositCore

/// A chain, a store in memory and nothing else: blocks go through the core the way the pipeline takes them.
struct World {
    let rules: ChainRules
    var local: HeaderChain
    var deposits: [DepositID: Deposit] = [:]
    var events: [Event] = []

    init(_ requirement: Requirement, finality: Finality = .depth(100), window: UInt64 = 100) {
        self.init(DepositCoreTests.rules(requirement, finality: finality), window: window)
    }

    init(_ rules: ChainRules, window: UInt64 = 100) {
        self.rules = rules
        local = HeaderChain(headers: [], agreed: 0, finalized: nil, window: window)
    }

    var statuses: [Status] { deposits.values.map(\.state.status) }
    var types: [String] { events.map(\.type.rawValue) }

    /// The only deposit there is.
    var only: Deposit? { deposits.count == 1 ? deposits.values.first : nil }

    @discardableResult
    mutating func connect(_ header: Header, _ transfers: [Transfer] = [], head: Head? = nil) -> Change {
        local.connect(header)
        local.agree(on: header.height)
        let head = head ?? Head(header: header, finalized: nil)
        local.finalize(rules.final(head, showing: header, of: local))
        let view = view(under: header.block)
        let incoming = transfers.map { Incoming($0, on: rules.chain, label: "user-42") }
        let change = Settlement.settle(
            incoming, in: header.block, move: .connect(header), known: known(incoming, view), rules: rules,
            view: view, now: now)
        return commit(change)
    }

    @discardableResult
    mutating func disconnect() -> Change? {
        guard let tip = local.tip else { return nil }
        local.disconnect(tip)
        let view = ChainView(tip: local.tip?.block ?? tip.block, finalized: local.finalized)
        let known = deposits.values.filter { $0.block?.hash == tip.hash }
        return commit(Settlement.unsettle(tip, known: known, rules: rules, view: view, now: now))
    }

    @discardableResult
    mutating func finalize(_ block: BlockRef) -> Change {
        local.finalize(block)
        let view = view(under: local.tip?.block ?? block)
        return commit(Settlement.settle(known: known([], view), rules: rules, view: view, now: now))
    }

    /// Through one node, in blocks that were all read again.
    private func view(under tip: BlockRef) -> ChainView {
        let blocks = local.headers.map(\.hash)
        return ChainView(tip: tip, finalized: local.finalized, confirming: .satisfied(in: Set(blocks)))
    }

    /// What the store hands out: by identity, and by `Due`, as its indexes sieve them.
    private func known(_ incoming: [Incoming], _ view: ChainView) -> [Deposit] {
        let ids = Set(incoming.map(\.deposit))
        return deposits.values.filter { ids.contains($0.id) || $0.due?.isReached(under: view) ?? false }
    }

    private mutating func commit(_ change: Change) -> Change {
        for deposit in change.deposits { deposits[deposit.id] = deposit }
        events += change.events
        return change
    }
}

extension Due {
    /// The condition that `Due`'s own comment states, which the store's indexes follow.
    func isReached(under view: ChainView) -> Bool {
        guard tip <= view.tip.height else { return false }
        guard let final else { return true }
        if let finalized = view.finalized, final <= finalized.height { return true }
        return fallback.map { $0 <= view.tip.height } ?? false
    }
}
