import NodeRPC
import Testing

@Suite struct RemarkTests {
    private func remark(_ topic: String, _ words: String) -> Remark { Remark(topic: topic, words: words) }

    @Test func `each topic is kept once, by its first words`() {
        let remarks = Remarks()
        remarks.note(remark("logs", "block 1"))
        remarks.note(remark("logs", "block 2"))
        remarks.note(remark("clock", "milliseconds"))
        #expect(remarks.all.map(\.words) == ["block 1", "milliseconds"])
    }

    @Test func `what was looked at again replaces what was found before, and nothing else`() {
        let remarks = Remarks()
        remarks.note(remark("logs", "block 1"))
        remarks.renew(
            "identity", with: [remark("identity", "no block 0"), remark("identity: pruned", "below 9")])
        remarks.renew("identity", with: [remark("identity", "no block 7")])
        #expect(remarks.all.map(\.words) == ["block 1", "no block 7"])
        remarks.renew("identity", with: [])
        #expect(remarks.all.map(\.words) == ["block 1"])
    }

    @Test func `a node with endless oddities does not fill memory`() {
        let remarks = Remarks()
        for number in 0..<1_000 { remarks.note(remark("\(number)", "odd")) }
        #expect(remarks.all.count == 32)
        remarks.renew("identity", with: (0..<1_000).map { remark("identity \($0)", "odd") })
        #expect(remarks.all.count == 32)
    }
}
