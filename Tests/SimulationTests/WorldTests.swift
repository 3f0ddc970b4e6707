import DepositTestKit
import Testing

/// Few and short: `depositwatch simulate` runs thousands of long ones.
@Suite struct WorldTests {
    init() { quiet }

    @Test func `no promise is broken in worlds of forks, faults and crashes`() async {
        let report = await Simulation(blocks: 120).run(Array(1...12), atOnce: 2)
        #expect(report.worlds == 12)
        #expect(report.events > 200)
        #expect(report.failures.isEmpty, "\(report.failures)")
    }

    @Test func `a seed that once failed does not fail again`() async {
        let report = await Simulation(blocks: 500).run(Simulation.onceFailed, atOnce: 2)
        #expect(report.failures.isEmpty, "\(report.failures)")
    }

    @Test func `the same seed is the same world`() async {
        let first = await Simulation(blocks: 60).run([7], atOnce: 1)
        let second = await Simulation(blocks: 60).run([7], atOnce: 1)
        #expect(first.fingerprint == second.fingerprint)
        #expect(first.events > 0)
    }
}
