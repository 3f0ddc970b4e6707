import DepositTestKit
import Foundation
import Testing

/// Every habit × alone and beside a good node × catching up, following the head, confirming, backfilling and auditing:
/// a chain goes on through it, or says exactly what to do. And the lie that looks like it is refused all the same.
@Suite(.timeLimit(.minutes(5))) struct HabitTests {
    @Test(arguments: Habit.all, HabitStory.Company.allCases)
    func `what real nodes do stops no chain`(habit: Habit, company: HabitStory.Company) async throws {
        try await HabitStory(habit, company).goesOn()
    }

    @Test(arguments: Habit.all, HabitStory.Company.allCases)
    func `the lie that looks like a habit is refused`(
        habit: Habit, company: HabitStory.Company
    ) async throws {
        try await HabitStory(habit, company).refusesTwin()
    }

    @Test func `there are at least forty habits, each with a name of its own and a source`() {
        guard ProcessInfo.processInfo.environment["HABITS"] == nil else { return }
        #expect(Habit.all.count >= 40)
        #expect(Set(Habit.all.map(\.testDescription)).count == Habit.all.count)
        #expect(Habit.all.allSatisfy { $0.source.hasPrefix("https://") })
    }
}
