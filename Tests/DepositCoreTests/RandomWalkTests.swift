@testable internal import DepositCore
internal import Testing

private let small = Requirement(depth: 2, finality: false, rule: "small")
private let large = Requirement(depth: 4, finality: true, rule: "large")
private let everything = Requirement(depth: nil, finality: true, rule: "every deposit")

/// USDT by depth 2 below 100, else by depth 4 and finality; the coin by finality.
private func walkRules(_ finality: Finality) -> ChainRules {
    ChainRules(
        chain: ChainID("walk"), assets: [coin, token], finality: finality,
        policy: policy([
            Rule(asset: token.id, below: WholeAmount("100"), requirement: small),
            Rule(asset: token.id, below: nil, requirement: large),
            Rule(asset: nil, below: nil, requirement: everything),
        ]))
}

/// One life of one chain: followed turn by turn, judged by the chain as it ended.
private struct Walk {
    var network: RandomChain
    var world: World
    var told: [DepositID: [EventType]] = [:]
    var mined: [BlockHash: [Transfer]] = [:]
    var problems: [String] = []

    init(seed: UInt64) {
        network = RandomChain(seed: seed)
        world = World(walkRules(seed % 2 == 0 ? .tag : .depth(9)), window: 12)
    }

    mutating func run(turns: Int) {
        for _ in 0..<turns {
            network.live()
            for _ in 0..<network.roll(0...4) {
                turn(lag: network.roll(1...4) == 1 ? network.roll(1...3) : 0, flips: network.roll(1...5) == 1)
            }
        }
        while problems.isEmpty, turn(lag: 0, flips: false) {}
        turn(lag: 0, flips: false)
        judge()
    }

    /// - Returns: whether anything has changed.
    @discardableResult
    private mutating func turn(lag: Int, flips: Bool) -> Bool {
        for block in network.blocks + network.stale { mined[block.header.hash] = block.transfers }
        let (head, word, above) = network.glance(at: world.local, lag: lag, flips: flips, world.rules)
        var agreement = agreement
        agreement.note(word, at: now)
        switch agreement.takeBack(from: world.local) {
        case .nothing: break
        case .halt(let floor):
            problems.append("halted at \(floor.height)")
            return true
        case .undo(let height):
            while let tip = world.local.tip, height.map({ tip.height > $0 }) ?? true {
                world.disconnect().map { check($0) }
            }
            return true
        }
        let stretch = Stretch(
            above, on: world.local, upTo: world.local.reach, clock: .notBelowParent, now: now)
        for header in stretch.headers { check(world.connect(header, mined[header.hash] ?? [], head: head)) }
        if stretch.headers.isEmpty, let final = agreement.final { check(world.finalize(final)) }
        return !stretch.headers.isEmpty
    }

    private var agreement: Agreement {
        Agreement(quorum: 1, standing: world.local.tip?.height, blockInterval: 12_000)
    }

    /// What must hold of each change at its moment.
    private mutating func check(_ change: Change) {
        var confirmed: Set<DepositID> = []
        for event in change.events {
            guard case .deposit(let id, let sequence) = event.subject else { continue }
            told[id, default: []].append(event.type)
            if event.type == .depositConfirmed { confirmed.insert(id) }
            if sequence != UInt64(told[id]?.count ?? 0) { problems.append("\(id) skips to \(sequence)") }
        }
        for deposit in change.deposits {
            guard let block = deposit.block else { continue }
            if world.local.header(at: block.height)?.hash != block.hash {
                problems.append("not in our chain")
            }
            guard confirmed.contains(deposit.id) else { continue }
            let confirmations = (world.local.tip?.height ?? 0).rawValue + 1 - block.height.rawValue
            if confirmations < Walk.depth(deposit.transfer) {
                problems.append("\(deposit.id) confirmed too early")
            }
            if Walk.needsFinality(deposit.transfer), block.height > world.local.finalized?.height ?? 0 {
                problems.append("\(deposit.id) confirmed before it was final")
            }
        }
    }

    private static func depth(_ transfer: Transfer) -> UInt64 {
        max(transfer.maturity, transfer.asset == coin.id ? 1 : transfer.amount < Amount(100_000_000) ? 2 : 4)
    }

    private static func needsFinality(_ transfer: Transfer) -> Bool {
        transfer.asset == coin.id || transfer.amount >= Amount(100_000_000)
    }

    /// The naive oracle: what a reader of the finished chain says of each transfer in it.
    private mutating func judge() {
        let tip = network.blocks.count - 1
        guard world.local.tip == network.blocks[tip].header else { return problems.append("did not arrive") }
        var standing: Set<DepositID> = []
        for block in network.blocks {
            for transfer in block.transfers where transfer.asset != AssetID("FAKE") && transfer.amount > .zero
            {
                let id = Deposit.id(of: transfer, on: ChainID("walk"))
                standing.insert(id)
                let height = Int(block.header.height.rawValue)
                let final = height <= tip - 8
                let met = tip - height + 1 >= Walk.depth(transfer) && (final || !Walk.needsFinality(transfer))
                var expected = Deposit.State.detected(in: block.header.block)
                if met {
                    expected = final ? .finalized(in: block.header.block) : .confirmed(in: block.header.block)
                }
                if let doubt = transfer.doubt { expected = .review(doubt, in: block.header.block) }
                guard let deposit = world.deposits[id] else {
                    return problems.append("\(transfer) was missed")
                }
                if deposit.state != expected { problems.append("\(deposit.state) instead of \(expected)") }
                if deposit.transfer != transfer {
                    problems.append("\(deposit.transfer) instead of \(transfer)")
                }
            }
        }
        for deposit in world.deposits.values {
            if !standing.contains(deposit.id), deposit.block != nil {
                problems.append("\(deposit.id) is not there")
            }
            judge(told[deposit.id] ?? [])
        }
        if Set(world.events.map(\.id)).count != world.events.count {
            problems.append("an event id came twice")
        }
    }

    /// What a receiver may hear, one after the other.
    private mutating func judge(_ types: [EventType]) {
        let mayFollow: [EventType?: Set<EventType>] = [
            nil: [.depositDetected, .depositReview], .depositDetected: [.depositConfirmed, .depositOrphaned],
            .depositConfirmed: [.depositFinalized, .depositReversed], .depositFinalized: [.depositReversed],
            .depositOrphaned: [.depositDetected, .depositReview], .depositReview: [.depositOrphaned],
            .depositReversed: [.depositDetected, .depositReview],
        ]
        var last: EventType?
        for type in types {
            if mayFollow[last]?.contains(type) != true {
                problems.append("\(type) after \(String(describing: last))")
            }
            last = type
        }
    }
}

@Suite struct RandomWalkTests {
    /// Two thousand lives in twenty strands.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `whatever a chain does, the deposits end as its last blocks say`(_ strand: UInt64) {
        var reorganised = 0
        for seed in strand * 100..<(strand + 1) * 100 {
            var walk = Walk(seed: seed)
            walk.run(turns: 12)
            #expect(walk.problems.isEmpty, "seed \(seed)")
            if walk.world.types.contains("deposit.orphaned") { reorganised += 1 }
        }
        #expect(reorganised > 50)
    }
}
