@testable internal import NodeRPC
internal import Synchronization
internal import Testing

/// A node that takes batches up to a size, and says no to larger ones in one way or another.
private final class BoundedWire: Wire {
    enum Refusal: CaseIterable { case wholeBatch, oneCall, status413, status400 }

    let limit = Atomic(0)
    private let refusal: Refusal
    private let sizes = Mutex<[Int]>([])

    init(limit: Int, _ refusal: Refusal = .wholeBatch) {
        self.limit.store(limit, ordering: .relaxed)
        self.refusal = refusal
    }

    /// Calls of each request, refused ones included.
    var asked: [Int] { sizes.withLock { $0 } }

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        guard case .post(let body) = request,
            let ids = try? withJSON(
                body,
                { json in
                    (json.isArray ? Array(json.elements) : [json]).map { $0.member("id")?.unsigned ?? 0 }
                })
        else { return response("", 404) }
        sizes.withLock { $0.append(ids.count) }
        let error = #""error":{"code":-32000,"message":"batch limit exceeded"}"#
        var answers = ids.map { #"{"id":\#($0),"result":\#($0)}"# }
        if ids.count > limit.load(ordering: .relaxed) {
            switch refusal {
            case .wholeBatch: return response(#"{"id":null,\#(error)}"#)
            case .status413: return response("<html>413</html>", 413)
            case .status400: return response(#"{\#(error)}"#, 400)
            case .oneCall: answers[ids.count - 1] = #"{"id":\#(ids[ids.count - 1]),\#(error)}"#
            }
        }
        return response(ids.count == 1 ? answers[0] : "[\(answers.joined(separator: ","))]")
    }
}

@Suite struct BatchSizeTests {
    @Test(arguments: BoundedWire.Refusal.allCases)
    private func `a batch that is refused for its size goes out in smaller ones`(refusal: BoundedWire.Refusal)
        async throws
    {
        let wire = BoundedWire(limit: 10, refusal)
        let node = Node(name: "n", wire: wire)
        let calls = (0..<65).map { _ in RPCCall("header") }
        #expect(try await node.outcomes(calls) == (0..<65).map { "\($0)" })
        #expect(wire.asked == [65, 32, 16] + Array(repeating: 8, count: 8) + [1])
        #expect(node.batchesOf == 8)
        _ = try await node.outcomes(calls)
        #expect(wire.asked.suffix(9) == Array(repeating: 8, count: 8) + [1], "what worked is remembered")
    }

    @Test func `what one method was refused another is not`() async throws {
        let wire = BoundedWire(limit: 2)
        let node = Node(name: "n", wire: wire)
        _ = try await node.outcomes((0..<4).map { _ in RPCCall("block") })
        wire.limit.store(100, ordering: .relaxed)
        _ = try await node.outcomes((0..<4).map { _ in RPCCall("header") })
        #expect(wire.asked == [4, 2, 2, 4])
    }

    @Test func `a single call that is too large is an error`() async throws {
        let wire = BoundedWire(limit: 0)
        let outcomes = try await Node(name: "n", wire: wire).outcomes(calls(3))
        #expect(outcomes == (0..<3).map { "answered m\($0) with error -32000: batch limit exceeded" })
        #expect(wire.asked == [3, 1, 1, 1])
    }

    @Test func `the parts of one question may not cost more together than one answer may`() async {
        let padding = String(repeating: " ", count: 33 << 20)
        let parts = (0..<2).map {
            Result<HTTPResponse, HTTPError>.success(response(#"{"id":\#($0),"result":1}"# + padding))
        }
        let node = Node(name: "n", wire: ScriptedWire(parts), batchLimit: 1)
        #expect(await node.fault(of: calls(2)) == .tooLarge(limit: 64 << 20))
    }

    @Test func `now and then a larger batch is tried, and less often after each trial in vain`() {
        var size = BatchSize(most: 64)
        size.refuse(64)
        #expect(size.calls == 32)
        func worksUntilTrial() -> Int {
            let before = size.calls
            return (1...10_000).first { _ in
                size.work(size.calls)
                return size.calls > before
            } ?? 0
        }
        #expect(worksUntilTrial() == 32)
        #expect(size.calls == 64)
        size.refuse(64)
        #expect(worksUntilTrial() == 64)
        size.refuse(64)
        #expect(worksUntilTrial() == 128)
        size.work(64)
        size.refuse(64)
        #expect(worksUntilTrial() == 128, "a trial that worked was not in vain")
    }

    @Test func `batches that are not full prove nothing`() {
        var size = BatchSize(most: 8)
        size.refuse(8)
        for _ in 0..<1_000 { size.work(3) }
        #expect(size.calls == 4)
    }

    @Test func `requests refused together shrink it once, and never to nothing`() {
        var size = BatchSize(most: 100)
        for _ in 0..<4 { size.refuse(65) }
        #expect(size.calls == 32)
        for _ in 0..<9 { size.refuse(size.calls) }
        #expect(size.calls == 1)
    }
}
