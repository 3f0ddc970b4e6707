import DepositCore
import DepositEngine
import DepositTestKit
import Testing

/// One habit in one company, through everything that the daemon does with a node.
struct HabitStory {
    enum Company: String, Sendable, CaseIterable { case alone, besideAGoodNode }

    private let habit: Habit
    private let company: Company

    init(_ habit: Habit, _ company: Company) {
        self.habit = habit
        self.company = company
    }

    private func world(_ manner: Manner) async throws -> HabitWorld {
        let good = company == .alone ? [] : [("good", Manner.plain)]
        return try await HabitWorld(habit.chain, nodes: [("odd", manner)] + good, mining: 10)
    }

    /// The node has its habit from the start to the end.
    func goesOn() async throws {
        let world = try await world(habit.manner)
        try await world.daemon.running {
            for work in HabitWork.allCases {
                guard case .waits(let works, let words) = habit.alone, company == .alone, works.contains(work)
                else {
                    guard try await expectDone(work, world) else { return }
                    continue
                }
                guard try await expectWait(work, world, words) else { return }
            }
        }
        #expect(habit.isAvoided == (world.nodes[0].shown == 0), "whether the habit came up")
        #expect(try await world.wrongs() == [])
    }

    /// The node has its habit, and lies where it comes up, in each of the works anew.
    func refusesTwin() async throws {
        if habit.twin.isFromTheStart { return try await refusesStranger() }
        let world = try await world(habit.manner)
        if case .waits = habit.alone { world.nodes[0].turn(to: .plain) }
        try await world.daemon.running {
            guard try await world.comesRight() else {
                report(.catchUp, world, "it does not begin")
                return
            }
            for work in HabitWork.allCases {
                world.nodes[0].turn(to: habit.twin.manner)
                let isRefused =
                    if company == .alone, habit.twin.works.contains(work) {
                        try await expectWait(work, world, habit.twin.saying)
                    } else {
                        try await expectDone(work, world)
                    }
                #expect(try await world.wrongs() == [], "the lie was believed: \(work)")
                guard isRefused else { return }
            }
        }
    }

    /// The node is none of this chain's from the start: nothing is ever asked of it.
    private func refusesStranger() async throws {
        let world = try await world(habit.twin.manner)
        guard company == .alone else {
            return try await world.daemon.running {
                for work in HabitWork.allCases where try await !expectDone(work, world) { return }
            }
        }
        try await world.daemon.running {
            guard try await expectWait(.catchUp, world, habit.twin.saying) else { return }
            world.nodes[0].turn(to: habit.twin.manner)
            _ = try await expectWait(.audit, world, habit.twin.saying)
        }
    }

    /// What there is to do for the daemon.
    private func begin(_ work: HabitWork, _ world: HabitWorld) async throws {
        switch work {
        case .catchUp: try world.mine(6)
        case .head: try world.mine(1)
        case .confirm: try world.mine(3)
        case .backfill: try await world.issueBob()
        case .audit: break
        }
    }

    /// Whether it comes right.
    private func expectDone(_ work: HabitWork, _ world: HabitWorld) async throws -> Bool {
        guard work != .audit else {
            let audit = try await world.audit(through: world.nodes)
            #expect(audit.differences == [], "\(work)")
            #expect(audit.isWhole, "\(work): \(audit.said)")
            return audit.isWhole
        }
        try await begin(work, world)
        if try await world.comesRight() { return true }
        report(work, world, "\(try await world.complaints().prefix(3))")
        return false
    }

    /// Whether it waits, says why, believes nothing, and goes on once the node is plain.
    private func expectWait(
        _ work: HabitWork, _ world: HabitWorld, _ words: String
    ) async throws -> Bool {
        guard work != .audit else {
            let audit = try await world.audit(through: world.nodes)
            #expect(!audit.isWhole && audit.said.contains(words), "\(work): \(audit.said)")
            #expect(audit.differences == [], "\(work)")
            return !audit.isWhole
        }
        try await begin(work, world)
        let isSaid = await world.says(words)
        if !isSaid { report(work, world, "not said: \(words)") }
        let waits = try await !world.comesRight(within: 5)
        if !waits { report(work, world, "it does not wait") }
        world.nodes[0].turn(to: .plain)
        // Whoever lies again and again rests longer and longer.
        world.daemon.clock.skip(seconds: 7_200)
        let goesOn = try await world.comesRight()
        if !goesOn {
            report(work, world, "it does not go on afterwards: \(try await world.complaints().prefix(3))")
        }
        world.nodes[0].turn(to: habit.manner)
        return isSaid && waits && goesOn
    }

    private func report(_ work: HabitWork, _ world: HabitWorld, _ what: String) {
        Issue.record("\(work): \(what): \(world.said)")
    }
}
