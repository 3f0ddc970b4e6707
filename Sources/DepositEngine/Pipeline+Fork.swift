internal import ChainKit
internal import DepositCore
internal import DepositStore

extension Pipeline {
    /// Takes back what has left the chain by the nodes' words, down to the first block that stays; or stops the chain
    /// where that would reach the floor.
    ///
    /// Before anything that was agreed goes, the nodes at rest are heard as well.
    mutating func takeBack(_ turn: inout Turn, _ council: Council) async throws {
        var decision = agreement.takeBack(from: local)
        if !isAlone, agreement.touchesAgreed(decision) {
            let others = await sound(await council.resting(), &turn)
            if !others.isEmpty {
                agreement.hear(Array(agreement.soundings.values) + others, at: clock.now)
                decision = agreement.takeBack(from: local)
            }
        }
        switch decision {
        case .nothing: break
        case .undo(let height):
            try await undo(to: height, &turn)
        case .halt(let floor): try await halt(floor, &turn)
        }
        local.agree(on: agreement.agreed)
        local.finalize(agreement.final)
    }

    private mutating func undo(to height: Height?, _ turn: inout Turn) async throws {
        while let tip = local.tip, height.map({ tip.height > $0 }) ?? true {
            if let giver = agreement.giver(of: tip) {
                turn.losing[giver] = "its block \(tip.height) \(tip.hash) was undone"
            }
            try await disconnect(tip, &turn)
        }
        try await noteUndone()
        agreement.undone(to: local.tip?.height, at: clock.now)
    }

    /// What is proven was lowered with what was undone.
    private mutating func noteUndone() async throws {
        guard proving != nil else { return }
        let (tip, next) = (local.tip?.height, try await store.unproven(on: spec.id))
        proving?.undone(to: tip, next: next)
    }

    /// Stops the chain: nothing is undone, everything is kept, and an event tells the operator.
    private func halt(_ floor: Header, _ turn: inout Turn) async throws {
        let count = try await store.openChain(spec.id, window: spec.reorgWindow).haltCount + 1
        let why =
            local.finalized.map { floor.height <= $0.height } ?? false
            ? "it was final"
            : "it lies \(spec.reorgWindow) blocks or more below the highest agreed block (reorg_window)"
        let lacking = agreement.soundings.values.filter { $0.contradicts != nil }.count
        let whose = lacking == 1 ? "the node's chain lacks" : "the chains of \(lacking) nodes lack"
        let reason = "\(whose) our block \(floor.height) \(floor.hash), and \(why)"
        try await halt(at: floor.block, reason, count, &turn)
    }

    /// Stops the chain on an operator's word.
    mutating func halt(_ why: String) async throws -> Turn {
        var turn = Turn()
        guard let tip = local.tip else { return turn }
        let count = try await store.openChain(spec.id, window: spec.reorgWindow).haltCount + 1
        try await halt(at: tip.block, "halted by an operator: \(why)", count, &turn)
        return turn
    }

    private func halt(
        at block: BlockRef, _ reason: String, _ count: UInt64, _ turn: inout Turn
    ) async throws {
        let halt = Halt(block: block, reason: reason, since: clock.now)
        let event = Event.halted(spec.id, at: block, reason: reason, occurrence: count, now: clock.now)
        try await store.halt(spec.id, halt, event: event)
        turn.halt = (halt, event)
    }

    /// Follows the nodes again, however deep their reorg: an operator has said so.
    mutating func resume() async throws(StoreError) -> Event? {
        let state = try await store.openChain(spec.id, window: spec.reorgWindow)
        guard let halt = state.halt else { return nil }
        let event = Event.resumed(
            spec.id, at: halt.block, reason: "resumed by an operator", occurrence: state.haltCount,
            now: clock.now)
        try await store.resume(spec.id, event: event, now: clock.now)
        local.yield()
        stored = (nil, local.agreed)
        return event
    }

    /// Takes a halted chain back to a height, on an operator's word: every deposit above it is told of as gone, and
    /// what was agreed comes down with the cursor.
    ///
    /// - Throws: `conflict` where the chain is not halted, or the blocks down to there are not kept any more.
    mutating func rewind(to height: Height) async throws -> Turn {
        var turn = Turn()
        while let tip = local.tip, tip.height > height {
            let known = try await store.deposits(in: tip.block, on: spec.id)
            local.disconnect(tip)
            let view = ChainView(tip: local.tip?.block ?? tip.block, finalized: nil)
            let change = Settlement.unsettle(tip, known: known, rules: spec.rules, view: view, now: clock.now)
            try await store.rewind(change, now: clock.now)
            turn.note([change])
        }
        local.rewind()
        try await noteUndone()
        agreement.undone(to: local.tip?.height, at: clock.now)
        stored = (nil, local.agreed)
        return turn
    }
}
