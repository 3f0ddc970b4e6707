import DepositCore
import DepositEngine
import DepositTestKit
import Testing

/// The matrix of node faults for what reads old blocks: looking for late addresses, and audits.
@Suite(.timeLimit(.minutes(5))) struct OldBlockFaultTests {
    /// One bad node before two good ones, and bad ones alone.
    private static let cells = FaultCell.all.filter { $0.faulty != 2 }

    @Test(arguments: cells)
    func `a faulty node hides no payment to an address that is issued late`(cell: FaultCell) async throws {
        let world = try await FaultWorld(
            cell.side.family, servesREST: cell.side == .bitcoinREST, window: 8)
        try await world.daemon.running {
            try world.mine(20)
            try cell.prepare(world)
            #expect(try await world.daemon.reachesHead())
            for node in world.nodes.prefix(cell.faulty) { node.inflict(cell.fault, on: cell.method) }
            try await world.issueLate()
            let isLookedFor = try await world.daemon.clock.steps(atMost: 60) { try await world.isLookedFor }
            if let mustBe = cell.isServed { #expect(isLookedFor == mustBe, "\(world.daemon.health)") }
            if !isLookedFor {
                let health = world.daemon.health
                #expect(health.backfillTrouble != nil || health.trouble != nil, "it is not said: \(health)")
            }
            for node in world.nodes { node.cure() }
            // Whoever lied rests.
            world.daemon.clock.skip(seconds: 3_600)
            #expect(try await world.daemon.clock.steps { try await world.isLookedFor }, "it does not go on")
            try world.chain.mine(count: 3)
            #expect(try await world.daemon.reachesHead())
        }
        #expect(try await world.complaints() == [])
    }

    @Test(arguments: cells)
    func `a faulty node makes an audit find nothing that is not there`(cell: FaultCell) async throws {
        let world = try await FaultWorld(
            cell.side.family, servesREST: cell.side == .bitcoinREST, window: 8)
        try await world.daemon.running {
            try world.mine(20)
            #expect(try await world.daemon.reachesHead())
        }
        try cell.prepare(world)
        for node in world.nodes.prefix(cell.faulty) { node.inflict(cell.fault, on: cell.method) }
        let audit = try await world.audit()
        guard let isServed = cell.isServed else { return }
        #expect(audit.differences == 0)
        #expect(audit.isWhole == isServed, "\(audit.said)")
        #expect(isServed || !audit.said.isEmpty)
    }
}

extension FaultCell {
    /// Whether old blocks are to be had; nil where they may be, from a node that is elsewhere.
    fileprivate var isServed: Bool? {
        switch effect {
        // It is asked more slowly, and not in another way.
        case .none where fault == .rateLimited(retryAfter: 1): nil
        case .none: true
        case .waits: faulty < 3
        case .behind, .elsewhere: nil
        }
    }
}
