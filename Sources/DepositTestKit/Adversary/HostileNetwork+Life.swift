internal import DepositCore

// The honest chain and those who follow it.
extension HostileNetwork {
    /// So many seconds pass; blocks come by chance.
    mutating func live(seconds: Int) {
        for _ in 0..<seconds {
            now += 1
            if !habits.standsStill.contains(now), random.once(in: HostileRules.beat) { mine() }
            for place in places { live(place) }
            if now % Int64(HostileRules.beat) == 0 { settleFinality() }
            for place in places { honest[place]?.note(at: now) }
        }
        step += 1
        let chances = max(1, 16 * HostileRules.beat / max(1, seconds))
        for place in liars.keys.sorted() where random.once(in: chances) && !areLiarsCured { replan(place) }
    }

    /// A block on what the miners take for the head; now and then beside it.
    mutating func mine(isBoot: Bool = false) {
        let isParted = habits.parted.contains(now)
        let miners = isParted ? side(random.once(in: 2)) : places
        let base = ground(of: miners, isBoot: isBoot)
        let payments = payments(on: base)
        let block = tree.add(on: base, payments, at: Timestamp(seconds: now))
        mined += 1
        if mined % 20 == 0 { purse = min(3, purse + 1) }
        news.append(block)
        for place in places {
            guard let lag = honest[place]?.lag else { continue }
            if isBoot {
                honest[place]?.tip = block
                continue
            }
            let sent = isParted && !miners.contains(place) ? habits.parted.upperBound : now
            let due = sent + Int64(random.roll(0...lag))
            honest[place]?.inbox.append(HonestNode.Parcel(due: due, block: block))
        }
    }

    /// What the next block is mined on: mostly the highest tip that one of its miners holds.
    private mutating func ground(of miners: [Int], isBoot: Bool) -> Int {
        let tips = miners.compactMap { honest[$0] }.filter { $0.moves(at: now) }.map(\.tip)
        let sound = tips.filter { isSound($0) }
        var base = sound.max { tree.height($0) < tree.height($1) } ?? best
        if !isBoot, !sound.isEmpty, random.once(in: 5) { base = random.pick(sound) }
        if !isBoot, random.roll(1...100) <= habits.forks, base != final, let below = tree[base].parent {
            base = below
        }
        return isSound(base) ? base : best
    }

    /// Whether a tip stands on what the network calls final.
    private func isSound(_ tip: Int) -> Bool { final.map { tree.contains($0, in: tip) } ?? true }

    /// Those on one side of a parted network.
    private func side(_ isFirst: Bool) -> [Int] {
        let first = places.prefix((places.count + 1) / 2)
        return isFirst || places.count < 2 ? Array(first) : Array(places.dropFirst(first.count))
    }

    private mutating func payments(on base: Int) -> [SimulatedPayment] {
        if random.once(in: 2) {
            serial += 1
            recent.append(payment("t\(serial)"))
            if recent.count > 8 { recent.removeFirst() }
        }
        let there = Set(
            tree.branch(from: tree.height(base) - 40, to: base).flatMap { tree[$0].payments }.map(\.identity))
        return recent.filter { !there.contains($0.identity) && random.roll(1...3) > 1 }
    }

    mutating func payment(_ transaction: String) -> SimulatedPayment {
        SimulatedPayment(
            identity: SimulatedPayment.Identity(transaction: transaction, output: 0), asset: AssetID("COIN"),
            amount: random.pick(HostileRules.amounts), to: random.roll(0...Self.addresses - 1), maturity: 1,
            doubt: nil)
    }

    private mutating func live(_ place: Int) {
        guard var node = honest[place] else { return }
        if habits.trouble > 0, random.roll(1...1_000) <= habits.trouble { trouble(&node) }
        if node.moves(at: now) {
            let come = node.inbox.filter { $0.due <= now }
            node.inbox.removeAll { $0.due <= now }
            for parcel in come where isBetter(parcel.block, for: node) { node.tip = parcel.block }
            if let final, tree.contains(final, in: node.tip) { node.final = final }
            let rivals = places.contains { other in
                guard other != place, let tip = honest[other]?.tip, tip != node.tip else { return false }
                return tree.height(tip) == tree.height(node.tip)
            }
            if rivals, random.roll(1...100) <= habits.stuckOnForks {
                node.stuckUntil = now + Int64(random.roll(60...400))
            }
        }
        honest[place] = node
    }

    private func isBetter(_ block: Int, for node: HonestNode) -> Bool {
        guard tree.height(block) > tree.height(node.tip) else { return false }
        return node.final.map { tree.contains($0, in: block) } ?? true
    }

    private mutating func trouble(_ node: inout HonestNode) {
        switch random.roll(1...6) {
        case 1, 2: node.stuckUntil = now + Int64(random.roll(20...300))
        case 3: node.shakyUntil = now + Int64(random.roll(20...200))
        case 4:
            // Restarted: it comes back a little lower, and has its blocks again soon.
            node.downUntil = now + Int64(random.roll(5...40))
            let lower = max(
                tree.height(node.tip) - UInt64(random.roll(1...6)), node.final.map { tree.height($0) } ?? 0)
            node.inbox.append(
                HonestNode.Parcel(due: node.downUntil + Int64(random.roll(3...30)), block: node.tip))
            node.tip = tree.ancestor(of: node.tip, at: lower) ?? node.tip
        default: node.downUntil = now + Int64(random.pick([20, 80, 300]))
        }
    }

    /// A block becomes final once it is so deep and on every chain that is followed.
    mutating func settleFinality() {
        guard rules.kind == .tagged, !isStalled else { return }
        let best = best
        let height = tree.height(best)
        guard height.rawValue >= HostileRules.finalDepth,
            let block = tree.ancestor(of: best, at: height - HostileRules.finalDepth)
        else { return }
        if let final, !tree.contains(final, in: block) { return }
        final = block
        for place in places {
            guard let node = honest[place], node.moves(at: now), tree.contains(block, in: node.tip) else {
                continue
            }
            honest[place]?.final = block
        }
    }

    private var isStalled: Bool { habits.finalityStalls.contains(now) || habits.parted.contains(now) }

    /// All that ails honest nodes is cured, and none of them is of another opinion.
    mutating func heal() {
        let best = best
        habits = .none
        for place in places {
            guard var node = honest[place], node.downUntil < .max / 2 else { continue }
            (node.stuckUntil, node.downUntil, node.shakyUntil, node.lag, node.keptFrom) = (0, 0, 0, 0, 0)
            node.tip = best
            node.inbox = []
            honest[place] = node
        }
        if !rules.isLyingToTheEnd {
            for place in liars.keys { liars[place] = Liar() }
            areLiarsCured = true
        }
    }
}
