import DepositTestKit
import Testing

/// Few and short worlds for each row of "What is promised"; `depositwatch simulate --adversary` runs thousands.
@Suite struct AdversaryTests {
    init() { quiet }

    /// A row of the table: how many nodes, how many must agree, and with how many that lie, or are dead, it goes on.
    struct Row: CustomTestStringConvertible, Sendable {
        let nodes: Int
        let agree: Int
        let goesOnWithLiars: Int
        let goesOnWithDead: Int

        var testDescription: String { "\(agree) of \(nodes)" }

        static let all = [
            Row(nodes: 1, agree: 1, goesOnWithLiars: 0, goesOnWithDead: 0),
            Row(nodes: 2, agree: 1, goesOnWithLiars: 0, goesOnWithDead: 1),
            Row(nodes: 2, agree: 2, goesOnWithLiars: 0, goesOnWithDead: 0),
            Row(nodes: 3, agree: 1, goesOnWithLiars: 0, goesOnWithDead: 2),
            Row(nodes: 3, agree: 2, goesOnWithLiars: 1, goesOnWithDead: 1),
            Row(nodes: 3, agree: 3, goesOnWithLiars: 0, goesOnWithDead: 0),
            Row(nodes: 4, agree: 1, goesOnWithLiars: 0, goesOnWithDead: 3),
            Row(nodes: 4, agree: 2, goesOnWithLiars: 1, goesOnWithDead: 2),
            Row(nodes: 4, agree: 3, goesOnWithLiars: 1, goesOnWithDead: 1),
            Row(nodes: 5, agree: 1, goesOnWithLiars: 0, goesOnWithDead: 4),
            Row(nodes: 5, agree: 2, goesOnWithLiars: 1, goesOnWithDead: 3),
            Row(nodes: 5, agree: 3, goesOnWithLiars: 2, goesOnWithDead: 2),
        ]
    }

    @Test(arguments: Row.all)
    func `liars fewer than must agree credit, reverse, halt, hide and freeze nothing`(row: Row) async {
        await live(Simulation.Nodes(count: row.nodes, agree: row.agree, liars: row.agree - 1, dead: 0))
    }

    @Test(arguments: Row.all)
    func `deposits are confirmed in time though so many lie`(row: Row) async {
        let nodes = Simulation.Nodes(
            count: row.nodes, agree: row.agree, liars: row.goesOnWithLiars, dead: 0)
        #expect(await live(nodes).confirmed > 20)
    }

    @Test(arguments: Row.all)
    func `deposits are confirmed in time though so many are dead`(row: Row) async {
        let nodes = Simulation.Nodes(count: row.nodes, agree: row.agree, liars: 0, dead: row.goesOnWithDead)
        #expect(await live(nodes).confirmed > 20)
    }

    @Test(arguments: [2, 3, 5])
    func `where one node is enough, one that lies takes nothing back from as many that do not`(
        nodes: Int
    ) async {
        await live(Simulation.Nodes(count: nodes, agree: 1, liars: 1, dead: 0))
    }

    @Test func `worlds with liars that once broke a promise do not break it again`() async {
        let seeds = Simulation.onceFailedAdversary
        let report = await Simulation(blocks: 300, .adversary).run(seeds, atOnce: 2)
        #expect(report.failures.isEmpty, "\(report.failures)")
    }

    @Test func `the same seed is the same world of liars`() async {
        let first = await Simulation(blocks: 60, .adversary).run([7, 8], atOnce: 1)
        let second = await Simulation(blocks: 60, .adversary).run([7, 8], atOnce: 1)
        #expect(first.fingerprint == second.fingerprint)
        #expect(first.events > 0)
    }

    @discardableResult
    private func live(_ nodes: Simulation.Nodes) async -> Simulation.Report {
        let report = await Simulation(blocks: 80, .adversary, nodes: nodes).run(Array(1...3), atOnce: 2)
        #expect(report.failures.isEmpty, "\(report.failures)")
        return report
    }
}
