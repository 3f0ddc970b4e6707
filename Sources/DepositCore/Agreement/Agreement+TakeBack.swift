/// What the nodes' words do to blocks of ours.
public enum TakeBack: Hashable, Sendable {
    /// All of them stay.
    case nothing
    /// Undo all above this height; nil: all there are.
    case undo(to: Height?)
    /// What would have to go reaches the floor, this block: nothing is undone, and the chain stops.
    case halt(Header)
}

extension Agreement {
    /// Which of our blocks have left the chain, from the tip down to the first that stays.
    ///
    /// A block goes when more fresh nodes contradict it than show it, and: if it never was agreed, as many contradict
    /// it as must agree, or the node that gave it does and nobody shows it; if it was, as many contradict it whose
    /// branches are no lower than the highest agreed block. So a node that stands on an old fork takes nothing back,
    /// and a real reorg is followed as soon as it is as high as what was agreed.
    public func takeBack(from local: HeaderChain) -> TakeBack {
        let staying = local.headers.lastIndex { !isGone($0) }
        let lowest = staying.map { $0 + 1 } ?? 0
        guard lowest < local.headers.count else { return .nothing }
        if let floor = local.floor, local.headers[lowest].height <= floor.height { return .halt(floor) }
        return .undo(to: staying.map { local.headers[$0].height })
    }

    /// Whether a decision rests on what nodes say of a block that was agreed: then all are asked, those at rest too.
    public func touchesAgreed(_ decision: TakeBack) -> Bool {
        switch decision {
        case .nothing: false
        case .halt: true
        case .undo(let tip): standing.map { standing in tip.map { $0 < standing } ?? true } ?? false
        }
    }

    private func isGone(_ block: Header) -> Bool {
        let height = block.height
        let showing = support(height)
        if let standing, height <= standing {
            let rivals = soundings.values.count { $0.contradicts(height) && $0.isRival }
            return rivals > showing && rivals >= quorum
        }
        let against = fresh.filter { $0.contradicts(height) }
        guard against.count > showing else { return false }
        if against.count >= quorum { return true }
        return showing == 0 && against.contains { $0.node == giver(of: block) }
    }
}
