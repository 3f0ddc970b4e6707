import DepositCore
import NodeRPC
import Testing

@testable import DepositEngine

@Suite struct NodeRecordTests {
    private static let noon = Timestamp(seconds: 1_000_000)

    private func after(_ seconds: Int64) -> Timestamp {
        Timestamp(seconds: Self.noon.seconds + seconds)
    }

    private func error(_ fault: NodeError.Fault) -> NodeError {
        NodeError(node: "a", fault: fault)
    }

    private func choose(
        _ records: [NodeRecord], _ stands: [NodeRecord.Stand]? = nil, at now: Timestamp
    ) -> Int? {
        let stands = stands ?? records.map { _ in .level }
        return NodeRecord.choose(among: records, standing: stands, at: now)
    }

    /// How long it rests after this many failures in a row.
    private func rest(after fault: NodeError.Fault, times: Int) -> Int64 {
        var record = NodeRecord(name: "a")
        for _ in 0..<times { _ = record.fail(error(fault), at: Self.noon) }
        return (0...10_000).first { record.isFit(at: after($0)) } ?? .max
    }

    @Test func `a node rests longer with each failure, and longest after a lie`() {
        #expect([1, 2, 3, 9].map { rest(after: .unreachable("refused"), times: $0) } == [1, 2, 4, 60])
        #expect([1, 2, 9].map { rest(after: .timedOut("slow"), times: $0) } == [10, 20, 600])
        #expect([1, 2, 9].map { rest(after: .unproven("root"), times: $0) } == [60, 120, 3_600])
        #expect(rest(after: .rateLimited(retryAfterSeconds: 120), times: 1) == 120)
        #expect(rest(after: .rateLimited(retryAfterSeconds: nil), times: 1) == 1)
    }

    @Test func `the first fit node in order has the turn; of none, the one that rested longest`() {
        var records = ["a", "b", "c"].map { NodeRecord(name: $0) }
        #expect(choose(records, at: Self.noon) == 0)
        _ = records[0].fail(error(.unreachable("refused")), at: Self.noon)
        #expect(choose(records, at: Self.noon) == 1)
        #expect(choose(records, at: after(1)) == 0)
        _ = records[1].fail(error(.unproven("root")), at: after(1))
        _ = records[2].fail(error(.unproven("root")), at: after(2))
        _ = records[0].fail(error(.unproven("root")), at: after(3))
        #expect(choose(records, at: after(4)) == 1)
    }

    @Test func `the turn is the first node's that has more, and nobody's who contradicts us`() {
        let records = ["a", "b", "c"].map { NodeRecord(name: $0) }
        #expect(choose(records, [.level, .ahead, .ahead], at: Self.noon) == 1)
        #expect(choose(records, [.behind, .level, .level], at: Self.noon) == 1)
        #expect(choose(records, [.contradicting, .behind, .level], at: Self.noon) == 2)
        #expect(choose(records, [.contradicting, .contradicting, .contradicting], at: Self.noon) == nil)
        #expect(choose([records[0]], [.contradicting], at: Self.noon) == 0, "there is nobody else")
    }

    @Test
    func `a lost turn passes to the next, and comes early only while nobody in good standing contradicts us`()
    {
        var records = ["a", "b", "c"].map { NodeRecord(name: $0) }
        records[0].loseTurn(at: Self.noon, beat: 10_000)
        #expect(choose(records, [.ahead, .ahead, .level], at: Self.noon) == 1)
        #expect(choose(records, [.ahead, .ahead, .level], at: after(20)) == 0)
        records[1].loseTurn(at: after(1), beat: 10_000)
        #expect(choose(records, [.ahead, .ahead, .stale], at: after(2)) == 2, "one that lost it now waits")
        for _ in 0..<4 { records[0].loseTurn(at: after(2), beat: 10_000) }
        for _ in 0..<5 { records[1].loseTurn(at: after(2), beat: 10_000) }
        #expect(choose(records, [.ahead, .ahead, .stale], at: after(81)) == 2)
        #expect(choose(records, [.ahead, .ahead, .stale], at: after(82)) == 0, "its time ends first")
        #expect(choose(records, [.ahead, .ahead, .behind], at: after(82)) == 2, "it is yet to come up")
        #expect(choose(records, [.ahead, .ahead, .contradicting], at: after(82)) == nil)
    }

    @Test func `one that undoes its own blocks has the next turn eight beats later, though it is alone`() {
        var records = ["a", "b"].map { NodeRecord(name: $0) }
        for _ in 0..<9 { records[0].loseTurn(at: Self.noon, beat: 10_000) }
        _ = records[1].fail(error(.timedOut("slow")), at: Self.noon)
        _ = records[1].fail(error(.unproven("root")), at: Self.noon)
        #expect(choose(records, [.ahead, .level], at: after(79)) == nil)
        #expect(choose(records, [.ahead, .level], at: after(80)) == 0)
    }

    @Test func `each lost turn is twice as long, up to an hour, and a day without forgets them`() {
        var record = NodeRecord(name: "a")
        var lost: [Int64] = []
        for _ in 0..<9 {
            record.loseTurn(at: Self.noon, beat: 10_000)
            lost.append((record.losesTurnUntil?.seconds ?? 0) - Self.noon.seconds)
        }
        #expect(lost == [20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600])
        record.loseTurn(at: after(86_401), beat: 10_000)
        #expect((record.losesTurnUntil?.seconds ?? 0) - after(86_401).seconds == 20)
    }

    @Test func `an identity is believed for a day, and until the next failure`() {
        var record = NodeRecord(name: "a")
        #expect(!record.isVerified(at: Self.noon))
        record.verify([], at: Self.noon)
        #expect(record.isVerified(at: after(86_399)))
        #expect(!record.isVerified(at: after(86_400)))
        _ = record.fail(error(.timedOut("slow")), at: Self.noon)
        #expect(!record.isVerified(at: Self.noon))
    }

    @Test func `a node that is the only one is left alone as long as it asks, five minutes at most`() {
        func firstAsked(after seconds: Int?) -> Int64? {
            var record = NodeRecord(name: "a")
            _ = record.fail(error(.rateLimited(retryAfterSeconds: seconds)), at: Self.noon)
            return (0...10_000).first { choose([record], at: after($0)) != nil }
        }
        #expect([nil, 0, 7, 300, 3_600].map(firstAsked) == [0, 0, 7, 300, 300])
    }

    @Test func `of nodes that rest, one that asks to be left alone is not chosen`() {
        var records = ["a", "b"].map { NodeRecord(name: $0) }
        _ = records[0].fail(error(.rateLimited(retryAfterSeconds: 60)), at: Self.noon)
        _ = records[1].fail(error(.unproven("root")), at: after(5))
        #expect(choose(records, at: after(10)) == 1)
        _ = records[0].succeed(at: 7)
        _ = records[0].fail(error(.unproven("root")), at: after(10))
        #expect(choose(records, at: after(11)) == 1)
        #expect(choose([records[0]], at: after(11)) == 0, "an answer ends it")
    }

    @Test func `a limited rate is told once, whatever the seconds`() {
        var record = NodeRecord(name: "a")
        let isNews = [5, 9, nil].map { seconds in
            record.fail(error(.rateLimited(retryAfterSeconds: seconds)), at: Self.noon)
        }
        #expect(isNews == [true, false, false])
    }

    @Test func `only another chain, or what it lacks, makes a node refused`() {
        let faults: [(NodeError.Fault, Bool)] = [
            (.wrongChain(expected: "1", found: "2"), true), (.unsuited(why: "old", remedy: "upgrade"), true),
            (.unreachable("refused"), false), (.unproven("root"), false),
        ]
        for (fault, isRefused) in faults {
            var record = NodeRecord(name: "a")
            _ = record.fail(error(fault), at: Self.noon)
            #expect(record.isRefused == isRefused)
        }
    }

    @Test func `the same complaint is told once`() {
        var record = NodeRecord(name: "a")
        var isNews: [Bool] = []
        for fault in [NodeError.Fault.timedOut("slow"), .timedOut("slow"), .missing("block 7")] {
            isNews.append(record.fail(error(fault), at: Self.noon))
        }
        #expect(isNews == [true, false, true])
    }
}
