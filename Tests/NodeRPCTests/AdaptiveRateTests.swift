@testable internal import NodeRPC
internal import Testing

@Suite struct AdaptiveRateTests {
    private func seconds(_ count: Int) -> Duration { .seconds(count) }

    /// The rate after each of so many quiet steps of five seconds.
    private func rises(_ rate: inout AdaptiveRate, from start: Int, steps: Int) -> [Int?] {
        (1...steps).map { step in
            rate.answer(at: seconds(start + 5 * step))
            return rate.perSecond
        }
    }

    @Test func `a refusal halves the operator's rate, and quiet brings it back step by step`() {
        var rate = AdaptiveRate(limit: 40)
        #expect(rate.perSecond == 40 && rate.held == nil)
        rate.refuse(askedAt: seconds(1), now: seconds(2))
        #expect(rate.held == 20)
        rate.answer(at: seconds(3))
        #expect(rate.held == 20, "too soon for more")
        #expect(rises(&rate, from: 2, steps: 10) == [22, 24, 26, 28, 30, 32, 34, 36, 38, 40])
        #expect(rate.held == nil)
        rate.answer(at: seconds(500))
        #expect(rate.perSecond == 40, "never above what the operator allows")
    }

    @Test func `without an operator's rate, half of what was asked when it was refused`() {
        var rate = AdaptiveRate(limit: nil)
        #expect(rate.perSecond == nil)
        rate.ask(60, at: .milliseconds(1_100))
        rate.ask(40, at: .milliseconds(1_900))
        rate.ask(5, at: .milliseconds(2_050))
        rate.refuse(askedAt: .milliseconds(2_050), now: .milliseconds(2_100))
        #expect(rate.held == 50)
        let risen = rises(&rate, from: 3, steps: 31)
        #expect(risen.prefix(2) == [55, 60])
        #expect(risen.suffix(2) == [200, nil], "above twice what was refused it is free again")
    }

    @Test func `refusals of requests that were on their way together count once`() {
        var rate = AdaptiveRate(limit: 64)
        rate.refuse(askedAt: seconds(1), now: seconds(3))
        for _ in 0..<4 { rate.refuse(askedAt: seconds(2), now: seconds(4)) }
        #expect(rate.held == 32)
        rate.refuse(askedAt: seconds(5), now: seconds(6))
        #expect(rate.held == 16)
    }

    @Test func `it ends at one a second, and never at nothing`() {
        var rate = AdaptiveRate(limit: 3)
        for second in 1...9 { rate.refuse(askedAt: seconds(second), now: seconds(second)) }
        #expect(rate.held == 1)
        #expect(rises(&rate, from: 9, steps: 3) == [2, 3, 3])
    }

    private func node(_ answers: [Result<HTTPResponse, HTTPError>], _ clock: ObedientClock, limit: Int? = nil)
        -> Node
    {
        Node(
            name: "n", wire: ScriptedWire(answers),
            pacer: Pacer(callsPerSecond: limit, clock: clock) { [clock] in clock.now.time })
    }

    @Test(arguments: [
        response("slow down", 429), response("busy", 503, [("retry-after", "2")]),
        response("Work queue depth exceeded", 503),
        response(#"{"id":0,"error":{"code":-32005,"message":"limit exceeded"}}"#),
        response(#"[{"id":1,"error":{"code":-32000,"message":"exceeded its compute units"}}]"#),
    ])
    func `every way to say it makes the node be asked more slowly`(refusal: HTTPResponse) async throws {
        let clock = ObedientClock()
        let good = (0..<40).map {
            Result<HTTPResponse, HTTPError>.success(response(#"{"id":\#($0),"result":1}"#))
        }
        let node = node([.success(refusal)] + good, clock)
        #expect(node.heldTo == nil)
        guard case .rateLimited = await node.fault(of: calls(8)) else {
            Issue.record("not taken for a limited rate")
            return
        }
        #expect(node.heldTo == 4)
    }

    @Test func `a node that is held to a rate gets no more at once than a second allows`() async throws {
        let clock = ObedientClock()
        let halves = (0..<4).map { part -> Result<HTTPResponse, HTTPError> in
            let answers = (2 * part..<2 * part + 2).map { #"{"id":\#($0),"result":1}"# }
            return .success(response("[\(answers.joined(separator: ","))]"))
        }
        let node = node([.success(response("slow down", 429))] + halves, clock, limit: 4)
        #expect(await node.fault(of: calls(4)) == .rateLimited(retryAfterSeconds: nil))
        #expect(try await node.outcomes(calls(8)).count == 8)
        #expect(
            clock.now.time == .seconds(4),
            "one second for the refused four, and one for each two but the last")
    }

    @Test func `any other fault leaves the rate as it is`() async {
        let clock = ObedientClock()
        for body in [response("oops", 500), response("no", 503), response("gone", 404)] {
            let node = node([.success(body)], clock, limit: 8)
            #expect(await node.fault(of: calls(1)) != nil)
            #expect(node.heldTo == nil)
        }
    }
}
