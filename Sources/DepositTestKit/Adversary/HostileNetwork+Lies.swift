internal import DepositCore

// What the liars make up, all of it before the daemon's next questions.
extension HostileNetwork {
    /// Blocks that a liar's branch is ahead of ours at most.
    private static let longest: UInt64 = 300

    mutating func replan(_ place: Int) {
        guard var liar = liars[place] else { return }
        // They are one party: often one does what another does.
        if let other = liars.keys.sorted().first(where: { $0 != place }), random.once(in: 2) {
            liar = liars[other] ?? liar
        } else {
            liar.replan(&random, anchor: best, at: now)
        }
        liars[place] = liar
    }

    /// Settles what each liar shows until the next step.
    mutating func scheme() {
        for place in liars.keys.sorted() {
            guard var liar = liars[place] else { continue }
            liar.faces = faces(&liar, place)
            for index in liar.faces.indices {
                liar.faces[index].claim = claimedHead(&liar, place, liar.faces[index].head)
            }
            liars[place] = liar
        }
    }

    private mutating func faces(_ liar: inout Liar, _ place: Int) -> [Liar.Face] {
        func alike(_ tip: Int) -> Liar.Face { Liar.Face(head: tip, sound: tip, turn: tip, claim: tip) }
        let best = best
        let ours = ours ?? best
        switch liar.scheme {
        case .silent: return []
        case .mirror: return [alike(best)]
        case .ours: return [alike(ours)]
        case .late: return [alike(below(best, by: liar.depth))]
        case .freeze: return [alike(liar.anchor)]
        case .extend: return [alike(extend(&liar, place, from: ours, by: liar.speed))]
        case .rush:
            let isDone = liar.extended.map { tree.contains(ours, in: $0) && $0 != ours } ?? false
            return [alike(extend(&liar, place, from: ours, by: isDone ? 0 : random.pick([30, 130, 260])))]
        case .leap: return [alike(leap(&liar, place, from: ours))]
        case .contest: return [alike(contest(&liar, place, ours, depth: liar.depth))]
        case .ambush:
            return [alike(now < liar.strikesAt ? best : contest(&liar, place, ours, depth: liar.depth))]
        case .uproot: return [alike(contest(&liar, place, ours, depth: Int(rules.window) + liar.depth - 3))]
        case .flip: return [alike(contest(&liar, place, ours, depth: liar.depth)), alike(ours)]
        case .stale:
            let stale = places.compactMap { honest[$0]?.tip }.min {
                (isOneChain(best, $0) ? 1 : 0, tree.height($0)) < (
                    isOneChain(best, $1) ? 1 : 0, tree.height($1)
                )
            }
            return [alike(extend(&liar, place, from: stale ?? best, by: liar.depth % 3))]
        case .oppose:
            let others = places.compactMap { honest[$0]?.tip }.filter { !isOneChain(ours, $0) }
            return [alike(others.isEmpty ? ours : random.pick(others))]
        case .split:
            let tips = places.compactMap { honest[$0]?.tip }
            return tips.isEmpty ? [alike(best)] : tips.map(alike)
        case .feed:
            let tip = extend(&liar, place, from: ours, by: liar.speed)
            return [Liar.Face(head: tip, sound: ours, turn: tip, claim: tip)]
        case .deny:
            let other = contest(&liar, place, ours, depth: liar.depth)
            let tip = extend(&liar, place, from: ours, by: liar.speed)
            return [Liar.Face(head: other, sound: other, turn: tip, claim: other)]
        case .begin:
            guard self.ours == nil else { return [alike(best)] }
            return [alike(extend(&liar, place, from: random.once(in: 2) ? 0 : best, by: liar.speed))]
        }
    }

    func below(_ block: Int, by depth: Int) -> Int {
        tree.ancestor(of: block, at: tree.height(block) - UInt64(max(0, depth))) ?? block
    }

    // MARK: Branches

    /// A branch on a block, as far as it was built before, and so much longer.
    private mutating func extend(_ liar: inout Liar, _ place: Int, from base: Int, by count: Int) -> Int {
        var tip = base
        if let before = liar.extended, tree.contains(base, in: before) { tip = before }
        let isLong = tree.height(tip) > tree.height(base) + Self.longest
        for _ in 0..<(isLong ? 0 : count) {
            guard let next = invent(on: tip, place, liar) else { break }
            tip = next
        }
        liar.extended = tip
        return tip
    }

    private mutating func leap(_ liar: inout Liar, _ place: Int, from base: Int) -> Int {
        if let before = liar.extended, tree[before].parent == base, before != base { return before }
        let far: UInt64 = random.pick([2, 12, 300, 1 << 61])
        let tip = invent(on: base, place, liar, leap: far) ?? base
        liar.extended = tip
        return tip
    }

    /// Another branch that is about as high as ours.
    private mutating func contest(_ liar: inout Liar, _ place: Int, _ ours: Int, depth: Int) -> Int {
        let height = tree.height(ours)
        var tip = below(ours, by: depth)
        if let before = liar.contested, !isOneChain(before, ours) {
            if tree.height(before) > height { return before }
            tip = before
        }
        let wanted = height + UInt64(random.roll(0...2))
        var left = 60
        while tree.height(tip) < wanted, left > 0, let next = invent(on: tip, place, liar) {
            tip = next
            left -= 1
        }
        liar.contested = tip
        return tip
    }

    /// A block that nobody mined, with payments that nobody made, or that were made elsewhere.
    private mutating func invent(on parent: Int, _ place: Int, _ liar: Liar, leap: UInt64 = 1) -> Int? {
        guard tree.height(parent).rawValue < 1 << 61 else { return nil }
        let isPaid = rules.kind == .worked && purse > 0
        // Work is not bought for nothing; now and then they try without.
        if rules.kind == .worked, !isPaid, !random.once(in: 10) { return nil }
        var payments: [SimulatedPayment] = []
        for _ in 0..<random.roll(0...2) {
            serial += 1
            payments.append(payment("x\(serial)"))
        }
        if random.once(in: 3), let copied = recent.last { payments.append(copied) }
        var clock = now + liar.skew
        if liar.skew >= 0 { clock = max(clock, tree[parent].header.block.time.seconds) }
        let block = tree.add(
            on: parent, payments, inventor: place, at: Timestamp(seconds: clock),
            leap: rules.kind == .worked ? 1 : leap)
        if isPaid {
            purse -= 1
            paid.insert(block)
        }
        return block
    }

    // MARK: Claims

    /// The header that a liar calls its head.
    private mutating func claimedHead(_ liar: inout Liar, _ place: Int, _ tip: Int) -> Int {
        switch liar.head {
        case .real: return tip
        case .ours: return ours.map { tree.height($0) > tree.height(tip) ? $0 : tip } ?? tip
        case .low: return below(tip, by: 40)
        case .above(let far):
            if let claimed = liar.claimed, claimed.tip == tip { return claimed.head }
            let head = invent(on: tip, place, liar, leap: far) ?? tip
            liar.claimed = (tip, head)
            return head
        }
    }

    func claimedFinal(_ liar: Liar, _ tip: Int) -> BlockRef? {
        guard rules.kind == .tagged else { return nil }
        let honest = final.map { tree[$0].header.block }
        switch liar.final {
        case .honest: return honest
        case .none: return nil
        case .head: return tree[tip].header.block
        case .invented:
            let block = tree[tip].header.block
            return BlockRef(
                height: block.height + 5, hash: BlockHash("final-\(block.hash)"), time: block.time)
        case .old(let depth): return final.map { tree[below($0, by: depth)].header.block }
        case .backdated:
            return honest.map {
                BlockRef(height: $0.height, hash: $0.hash, time: Timestamp(seconds: $0.time.seconds - 4_000))
            }
        }
    }
}
