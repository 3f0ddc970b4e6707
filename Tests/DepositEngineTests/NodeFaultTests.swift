import DepositCore
import DepositEngine
import DepositTestKit
import Testing

/// Every fault × 1, 2 or 3 of 3 nodes × family: nothing is missed, invented or credited twice, a healthy node is used
/// where there is one, and a chain without one says which check failed and goes on by itself.
@Suite(.timeLimit(.minutes(5))) struct NodeFaultTests {
    @Test(arguments: FaultCell.all)
    func `a faulty node costs nothing but time`(cell: FaultCell) async throws {
        let world = try await FaultWorld(cell.side.family, servesREST: cell.side == .bitcoinREST)
        let faulty = world.nodes.prefix(cell.faulty)
        try await world.daemon.running {
            try world.mine(5)
            #expect(try await world.daemon.reachesHead())
            let before = try #require(try await world.daemon.scanned)
            try cell.prepare(world)
            for node in faulty { node.inflict(cell.fault, on: cell.method) }
            try world.mine(4)
            try await cell.expect(world, from: before)
            #expect(faulty.contains { $0.struck > 0 }, "no request met the fault")
            for node in faulty { node.cure() }
            try world.mine(3)
            #expect(try await world.daemon.reachesHead(), "the chain does not go on after the cure")
            guard case .following = world.daemon.health.state else {
                Issue.record("after the cure: \(world.daemon.health)")
                return
            }
            // Two more, so that all the others confirm, and the depths of the last ones are known.
            try world.chain.mine(count: 2)
            #expect(try await world.daemon.reachesHead())
        }
        let complaints = try await world.complaints()
        #expect(complaints == [])
    }
}
