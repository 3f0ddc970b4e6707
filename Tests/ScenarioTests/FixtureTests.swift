import CallbackNotifier
import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import Foundation
import NodeRPC
import Testing

@Suite(.timeLimit(.minutes(5))) struct FixtureTests {
    @Test func `there are fixtures`() {
        #expect(names.count >= 20)
    }

    @Test(arguments: names)
    func `a fixture gives exactly its events`(name: String) async throws {
        let fixture = try fixture(name)
        let came = try await FixturePlayer(fixture).play().map { try ExpectedEvent($0) }
        #expect(FixtureDifference(expected: fixture.expected, came: came) == nil)
    }

    @Test(arguments: names)
    func `a daemon stopped after every turn gives the same events`(name: String) async throws {
        let fixture = try fixture(name)
        let plain = try await FixturePlayer(fixture).play()
        let restarted = try await FixturePlayer(fixture, restarts: .afterEveryTurn).play()
        #expect(restarted == plain)
    }

    @Test(arguments: ["fee-token", "upgraded-token", "verified-token"])
    func `an audit judges balances as the scan did`(name: String) async throws {
        let fixture = try fixture("evm/dev-evm/\(name)")
        let store = try Store(at: .memory)
        _ = try await FixturePlayer(fixture).play(into: store)
        let tape = try fixture.tape()
        while tape.advance() {}
        let node = ChainNode(
            name: "tape", adapter: fixture.chain.adapter(on: Node(name: "tape", wire: TapeWire(tape))))
        let span = try #require(try await store.scannedSpan(of: fixture.chain.spec.id))
        var audit = Audit(
            fixture.chain.spec, store: store, nodes: [node], clock: FixedClock(StandingClock().now))
        var differences: [AuditDifference] = []
        try await audit.run(span.from...span.tip) {
            if case .difference(let difference) = $0 { differences.append(difference) }
        }
        #expect(differences == [])
        #expect(tape.unanswered.isEmpty)
    }

    @Test(arguments: names)
    func `the receiver gets the same events, signed, in order within each deposit`(name: String) async throws
    {
        let fixture = try fixture(name)
        let received = try await Delivery(fixture).received()
        let came = received.came.map(\.id.text)
        #expect(Set(received.taken.map(\.id)) == Set(came))
        for (line, ids) in Dictionary(grouping: received.came, by: \.subjectName).mapValues({
            $0.map(\.id.text)
        }) {
            let taken = received.taken.map(\.id).filter { ids.contains($0) }
            #expect(taken == ids, "\(line) arrived out of order")
        }
        #expect(received.refused == 0)
    }
}

extension Event {
    fileprivate var subjectName: String {
        switch subject {
        case .deposit(let id, _): id.text
        case .chain, .callback: type.rawValue
        }
    }
}

/// A fixture's way from the tape over the store and the notifier to a receiver on loopback.
private struct Delivery {
    let fixture: Fixture

    struct Outcome {
        let came: [Event]
        let taken: [RecordingReceiver.Received]
        let refused: Int
    }

    init(_ fixture: Fixture) {
        self.fixture = fixture
    }

    func received() async throws -> Outcome {
        let secret = try Secret("whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let (requests, request) = AsyncStream.makeStream(of: Void.self)
        let receiver = RecordingReceiver(
            secrets: [secret], now: { StandingClock().now },
            answer: { _ in
                request.yield()
                return 204
            }, listening: { port.yield($0) })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await receiver.run() }
            var listening = ports.makeAsyncIterator()
            let number = try #require(await listening.next())
            let store = try Store(at: .memory)
            let callback = Callback(
                name: "ledger", endpoint: .http(url: "http://127.0.0.1:\(number)/hooks"), secrets: [secret])
            let notifier = try await Notifier([callback], store: store, clock: StandingClock())
            let came = try await FixturePlayer(fixture, now: StandingClock().now).play(into: store)
            group.addTask { try await notifier.run() }
            var arrivals = requests.makeAsyncIterator()
            for _ in came { _ = await arrivals.next() }
            // The last answer is on its way back; the receiver has taken all of them once the store has marked them.
            while try await store.backlog(of: "ledger").waiting > 0 { await Task.yield() }
            return Outcome(came: came, taken: receiver.received, refused: receiver.refusedSignatures)
        }
    }
}

/// The moment at which the whole fixture happens, for the player, the notifier and the receiver alike.
private struct StandingClock: NotifierClock {
    let now = Timestamp(seconds: 1_800_000_000)
    let uptime: Int64 = 0

    /// Nothing is ever tried again: the receiver takes everything.
    func sleep(until moment: Timestamp) async throws {
        let (never, _) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        throw CancellationError()
    }
}
