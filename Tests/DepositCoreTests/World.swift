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
        local = HeaderChain(headers: [], highest: 0, finalized: nil, window: window)
    }

    var statuses: [Status] { deposits.values.map(\.state.status) }
    var types: [String] { events.map(\.type.rawValue) }

    /// The only deposit there is.
    var only: Deposit? { deposits.count == 1 ? deposits.values.first : nil }

    @discardableResult
    mutating func connect(_ header: Header, _ transfers: [Transfer] = [], head: Head? = nil) -> Change {
        local.connect(header)
        let head = head ?? Head(header: header, finalized: nil)
        local.finalize(rules.finalized(in: local, head: head))
        let view = ChainView(tip: header.block, finalized: local.finalized)
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
        let view = ChainView(tip: local.tip?.block ?? block, finalized: local.finalized)
        return commit(Settlement.settle(known: known([], view), rules: rules, view: view, now: now))
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
