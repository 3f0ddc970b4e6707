internal import NodeRPC
internal import Testing

@Suite struct FormMemoryTests {
    private func use(_ memory: inout FormMemory, _ used: Int, isDefinite: Bool = false) -> [Int] {
        let plan = memory.plan(of: 3)
        memory.note(used, of: plan, isDefinite: isDefinite)
        return plan
    }

    @Test func `a form that fails for good is left at once, and one that fails for a heavy block after two`()
    {
        var memory = FormMemory()
        #expect(use(&memory, 1, isDefinite: true) == [0, 1, 2])
        #expect(use(&memory, 1) == [1, 2])
        memory.begin(with: 0)
        #expect(use(&memory, 2) == [0, 1, 2])
        #expect(use(&memory, 0) == [0, 1, 2], "once is no habit")
        #expect(use(&memory, 2) == [0, 1, 2])
        #expect(use(&memory, 2) == [0, 1, 2])
        #expect(use(&memory, 2) == [2])
    }

    @Test
    func `now and then a wider form is tried, each in its turn, and less often after each trial in vain`() {
        var memory = FormMemory()
        memory.begin(with: 2)
        func questionsUntilTrial() -> (Int, Int) {
            for count in 1...10_000 {
                let plan = use(&memory, 2)
                if plan[0] != 2 { return (count, plan[0]) }
            }
            return (0, 0)
        }
        #expect(questionsUntilTrial() == (32, 0))
        #expect(questionsUntilTrial() == (64, 1))
        #expect(questionsUntilTrial() == (128, 0))
    }

    @Test func `a wider form that works is begun with`() {
        var memory = FormMemory()
        memory.begin(with: 2)
        for _ in 0..<40 where memory.form == 2 {
            let plan = memory.plan(of: 3)
            memory.note(plan[0], of: plan, isDefinite: false)
        }
        #expect(memory.form == 0)
        #expect(memory.plan(of: 3) == [0, 1, 2])
    }
}
