@testable internal import DepositCore
internal import Testing

/// One situation between our chain and a node's, and what is to be done.
struct StepCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let local: HeaderChain
    let remote: RemoteView
    let step: Step

    init(
        _ description: String, _ local: HeaderChain, head: Header, probe: Header, floor: Header? = nil,
        above: [Header] = [], _ step: Step
    ) {
        testDescription = description
        self.local = local
        remote = RemoteView(
            head: Head(header: head, finalized: nil), probe: probe, floor: floor, above: above)
        self.step = step
    }
}

private let empty = HeaderChain(headers: [], highest: 0, finalized: nil, window: 10)
/// Blocks 1 to 100 of fork a; the floor is 90.
private let ours = chain(1...100, window: 10)
private let finalAt95 = chain(1...100, finalized: block(95), window: 10)
private let young = chain(98...100, window: 10)
private let b101 = header(101, "b")

private let steps: [StepCase] = [
    StepCase(
        "first start", empty, head: header(7), probe: header(7), above: headers(5...7),
        .connect(headers(5...7))),
    StepCase("first start below the configured height", empty, head: header(7), probe: header(7), .wait),
    StepCase(
        "first start with a node that flips", empty, head: header(7), probe: header(7),
        above: headers(5...6) + headers(7...8, "b"), .connect(headers(5...6))),
    StepCase("nothing new", ours, head: header(100), probe: header(100), .wait),
    StepCase(
        "one new block", ours, head: header(101), probe: header(100), above: [header(101)],
        .connect([header(101)])),
    StepCase(
        "many new blocks", ours, head: header(200), probe: header(100), above: headers(101...164),
        .connect(headers(101...164))),
    StepCase("node lags", ours, head: header(97), probe: header(97), .wait),
    StepCase(
        "node lags and shows blocks we have", ours, head: header(97), probe: header(97),
        above: headers(98...100), .wait),
    StepCase("node lags below the floor", ours, head: header(40), probe: header(40), .wait),
    StepCase("node lags below all we keep", young, head: header(40), probe: header(40), .wait),
    StepCase(
        "node is far behind on another fork, below the floor", ours, head: header(40, "b"),
        probe: header(40, "b"), .wait),
    StepCase(
        "flips inside one answer after a linked part", ours, head: header(110), probe: header(100),
        above: headers(101...103) + headers(104...110, "b"), .connect(headers(101...103))),
    StepCase(
        "flips right away: nothing is linked to our tip", ours, head: b101, probe: header(100), above: [b101],
        .wait),
    StepCase(
        "a hole in the answer", ours, head: header(110), probe: header(100),
        above: [header(101), header(103)],
        .connect([header(101)])),
    StepCase(
        "an answer that starts too high", ours, head: header(110), probe: header(100),
        above: headers(102...110), .wait),
    StepCase(
        "a header that claims to stand on our tip from below", ours, head: header(110), probe: header(100),
        above: [Header(block: block(99, "c"), parent: BlockHash("a100"))], .wait),
    StepCase(
        "a header at our tip's own height that claims our tip as parent", ours, head: header(110),
        probe: header(100), above: [Header(block: block(100, "c"), parent: BlockHash("a100"))], .wait),
    StepCase(
        "a gap in heights that is linked", ours, head: header(110), probe: header(100),
        above: [Header(block: block(105), parent: BlockHash("a100"))],
        .connect([Header(block: block(105), parent: BlockHash("a100"))])),
    StepCase(
        "fork at the tip", ours, head: header(100, "b"), probe: header(100, "b"), floor: header(90),
        .disconnect(header(100))),
    StepCase(
        "fork at the tip with blocks above it", ours, head: header(102, "b"), probe: header(100, "b"),
        floor: header(90), above: headers(101...102, "b"), .disconnect(header(100))),
    StepCase(
        "the node is on a shorter fork", ours, head: header(95, "b"), probe: header(95, "b"),
        floor: header(90),
        .disconnect(header(100))),
    StepCase(
        "fork right above the floor", ours, head: header(91, "b"), probe: header(91, "b"), floor: header(90),
        .disconnect(header(100))),
    StepCase("fork at the floor", ours, head: header(90, "b"), probe: header(90, "b"), .halt(header(90))),
    StepCase(
        "fork one below the floor: the node proves nothing", ours, head: header(89, "b"),
        probe: header(89, "b"), .wait),
    StepCase(
        "fork from below the floor, seen at the tip", ours, head: header(100, "b"), probe: header(100, "b"),
        floor: header(90, "b"), .halt(header(90))),
    StepCase(
        "the node has no block at the floor's height", ours, head: header(100, "b"), probe: header(100, "b"),
        .halt(header(90))),
    StepCase(
        "fork above the final block", finalAt95, head: header(96, "b"), probe: header(96, "b"),
        floor: header(95),
        .disconnect(header(100))),
    StepCase(
        "fork of the final block", finalAt95, head: header(99, "b"), probe: header(99, "b"),
        floor: header(95, "b"),
        .halt(header(95))),
    StepCase(
        "a node behind the final block on another fork", finalAt95, head: header(94, "b"),
        probe: header(94, "b"), .wait),
    StepCase(
        "fork near the start, where there is no floor yet", young, head: header(98, "b"),
        probe: header(98, "b"),
        .disconnect(header(100))),
]

@Suite struct NextStepTests {
    @Test(arguments: steps)
    func `each situation has one step`(_ situation: StepCase) {
        #expect(nextStep(local: situation.local, remote: situation.remote) == situation.step)
    }

    @Test func `undone blocks lead back to the fork and no further`() {
        var local = ours
        let theirs = headers(1...95) + headers(96...105, "b", on: "a")
        var undone: [Header] = []
        while let tip = local.tip {
            let at = Int(tip.height.rawValue) - 1
            let remote = RemoteView(
                head: Head(header: theirs[104], finalized: nil), probe: theirs[at], floor: theirs[89],
                above: Array(theirs[(at + 1)...]))
            guard case .disconnect(let header) = nextStep(local: local, remote: remote) else {
                #expect(nextStep(local: local, remote: remote) == .connect(Array(theirs[95...])))
                break
            }
            undone.append(header)
            local.disconnect(header)
        }
        #expect(undone == headers(96...100).reversed())
    }
}
