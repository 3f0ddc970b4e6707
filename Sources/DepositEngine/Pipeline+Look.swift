internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// What one node shows in one moment: its word on our chain, and the blocks above our tip where it has our tip.
struct Glance: Sendable {
    let head: Head
    let word: Sounding
    /// Lowest first, as it gave them: nothing of them is checked yet.
    let above: [Header]
}

extension Pipeline {
    /// Headers that one turn takes at most: enough to keep a catch-up busy, few enough to see a fork soon.
    static let stretch: UInt64 = 64

    /// Asks one node for its head and, where that does not already say it, for its header at our tip, in one or two
    /// requests. A fork costs some more, each of them to that node.
    ///
    /// - Parameter stretch: headers above our tip to bring along.
    func look(at seat: Seat, taking stretch: UInt64) async throws(NodeError) -> Glance {
        let head = try await seat.node.adapter.head()
        guard let tip = local.tip else { return glance(seat, head, shows: nil) }
        if head.header.parent == tip.hash, head.header.height == tip.height + 1 {
            return glance(seat, head, shows: tip, above: [head.header])
        }
        if head.header.height <= tip.height {
            // One that is far behind, or was set back: what we no longer keep it neither shows nor contradicts.
            guard let ours = local.header(at: head.header.height) else {
                return glance(seat, head, shows: nil)
            }
            if ours.hash == head.header.hash { return glance(seat, head, shows: ours) }
            return try await fork(seat, head, at: head.header)
        }
        let last = min(head.header.height, tip.height + stretch)
        let theirs = try await seat.node.adapter.headers(at: tip.height...last)
        // Reorganised in between, pruned, or another back end: no block there is silence.
        guard let probe = theirs.first, probe.height == tip.height else {
            return glance(seat, head, shows: nil)
        }
        if probe.hash == tip.hash { return glance(seat, head, shows: tip, above: Array(theirs.dropFirst())) }
        return try await fork(seat, head, at: probe)
    }

    private func glance(
        _ seat: Seat, _ head: Head, shows: Header?, contradicts: Height? = nil, isRival: Bool = false,
        above: [Header] = []
    ) -> Glance {
        let final = shows.flatMap { spec.rules.final(head, showing: $0, of: local) }
        let word = Sounding(
            node: seat.place, head: head.header.height, shows: shows?.height, contradicts: contradicts,
            final: final, isRival: isRival)
        return Glance(head: head, word: word, above: above)
    }

    /// Finds where a node's chain parts from ours, no deeper than the floor: in growing steps down, then by halving.
    ///
    /// - Parameter other: a header of the node that is not ours at its height.
    private func fork(_ seat: Seat, _ head: Head, at other: Header) async throws(NodeError) -> Glance {
        let lowest = local.floor?.height ?? local.headers.first?.height ?? other.height
        var contradicted = other.height
        var shown = local.header(at: other.height - 1).flatMap { $0.hash == other.parent ? $0 : nil }
        var step: UInt64 = 1
        while contradicted > lowest, shown.map({ contradicted > $0.height + 1 }) ?? true {
            let height = next(below: contradicted, above: shown?.height ?? lowest, step, shown != nil)
            guard let theirs = try await seat.node.adapter.headers(at: height...height).first,
                theirs.height == height, let ours = local.header(at: height)
            else { break }
            step *= 2
            if theirs.hash == ours.hash {
                shown = ours
            } else {
                contradicted = height
                if let below = local.header(at: height - 1), below.hash == theirs.parent { shown = below }
            }
        }
        let isRival = try await isRival(seat, head, forkAt: shown)
        return glance(seat, head, shows: shown, contradicts: contradicted, isRival: isRival)
    }

    private func next(below high: Height, above low: Height, _ step: UInt64, _ isBetween: Bool) -> Height {
        isBetween ? low + (high.rawValue - low.rawValue) / 2 : max(low, high - step)
    }

    /// Whether the node's branch may take back what was agreed.
    private func isRival(
        _ seat: Seat, _ head: Head, forkAt fork: Header?
    ) async throws(NodeError) -> Bool {
        guard let standing = agreement.standing else { return true }
        guard head.header.height >= standing else { return false }
        guard let fork, fork.height < standing, let weighing = seat.node.adapter as? any Weighing else {
            return true
        }
        let ours = local.headers.filter { $0.height > fork.height && $0.height <= standing }
        return try await weighing.outweighs(ours, above: fork)
    }

    /// Looks at several nodes side by side; one that fails, or takes longer than a beat, is not there.
    func sound(_ seats: [Seat], _ turn: inout Turn) async -> [Sounding] {
        let answers = await withTaskGroup(of: (Seat, Result<Glance, NodeError>).self) { group in
            var answers: [(Seat, Result<Glance, NodeError>)] = []
            for (index, seat) in seats.enumerated() {
                if index >= pace.soundingsAtOnce, let answer = await group.next() { answers.append(answer) }
                group.addTask { (seat, await heard(seat)) }
            }
            for await answer in group { answers.append(answer) }
            return answers
        }
        for case (let seat, .failure(let error)) in answers {
            turn.complaints.append(NodeComplaint(node: seat.node.name, error: error))
        }
        return answers.compactMap { try? $0.1.get().word }
    }

    private func heard(_ seat: Seat) async -> Result<Glance, NodeError> {
        await pace.withinBeat(seat.node) { () throws(NodeError) in
            try await look(at: seat, taking: 0)
        }
    }
}

extension Pipeline {
    /// What a turn shows of its node beyond blocks: whether it keeps its turn, and why scanning waits.
    ///
    /// A node that contradicts us is only passed over. One that claims more and gives nothing that stands on our tip
    /// loses its turn, so that another has it.
    func note(_ stretch: Stretch, _ glance: Glance, _ turn: inout Turn) {
        guard let seat = turn.seat, let tip = local.tip, turn.changes.isEmpty, stretch.headers.isEmpty,
            turn.wait == nil
        else { return }
        guard glance.head.header.height > tip.height, glance.word.contradicts == nil else { return }
        if let refusal = stretch.refusal {
            turn.wait = "\(seat.node.name): \(refusal)"
        } else if tip.height >= local.reach {
            turn.wait =
                "block \(tip.height) is \(spec.reorgWindow) above the last that \(settings.agree) nodes agreed on "
                + "(\(local.agreed)): what is built on fewer must be possible to undo"
            return
        }
        turn.losing[seat.place] = stretch.refusal ?? "it claims a higher head and gives no block above ours"
    }
}
