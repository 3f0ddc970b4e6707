import DepositCore
import Testing

@testable import DepositStore

@Suite struct CallbackHealthTests {
    private let rules = HealthRules(concurrency: 8)

    private func moment(_ seconds: Int64) -> Timestamp { Timestamp(seconds: start.seconds + seconds) }

    private func note(_ health: inout CallbackHealth, _ sign: EndpointSign, at seconds: Int64) {
        health.note(sign, under: rules, at: moment(seconds))
    }

    @Test func `four failures spare nothing, the fifth begins a rest of a second`() {
        var health = CallbackHealth()
        for second in 0..<4 as Range<Int64> { note(&health, .failing, at: second) }
        #expect(health.restsUntil == nil && health.width == nil)
        note(&health, .failing, at: 4)
        #expect(health.restsUntil == moment(5))
        #expect(health.width == 1)
        #expect(health.failingSince == moment(0))
    }

    @Test func `a yes between failures counts them from anew`() {
        var health = CallbackHealth()
        for second in 0..<40 as Range<Int64> { note(&health, second % 5 == 4 ? .well : .failing, at: second) }
        #expect(health == CallbackHealth())
    }

    @Test func `each rest is twice as long as the one before, up to five minutes`() {
        var health = CallbackHealth()
        for _ in 0..<4 { note(&health, .failing, at: 0) }
        var now: Int64 = 0
        var rests: [Int64] = []
        for _ in 0..<12 {
            note(&health, .failing, at: now)
            let end = (health.restsUntil?.seconds ?? 0) - start.seconds
            rests.append(end - now)
            now = end
        }
        #expect(rests == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
    }

    @Test func `what was on its way when a rest began neither ends it nor begins another`() {
        var health = CallbackHealth()
        for _ in 0..<8 { note(&health, .failing, at: 0) }
        #expect(health.restsUntil == moment(1))
        note(&health, .well, at: 0)
        #expect(health.restsUntil == moment(1) && health.width == 1)
    }

    @Test func `after a rest one event is tried, and with every yes twice as many`() {
        var health = CallbackHealth()
        for _ in 0..<5 { note(&health, .failing, at: 0) }
        var widths: [Int?] = []
        for _ in 0..<4 {
            note(&health, .well, at: 1)
            widths.append(health.width)
        }
        #expect(widths == [2, 4, nil, nil])
        #expect(health == CallbackHealth())
    }

    @Test func `a busy endpoint rests as long as it asks, an hour at most, and then gets half as many`() {
        var health = CallbackHealth()
        note(&health, .busy(seconds: 90), at: 0)
        #expect(health.restsUntil == moment(90))
        #expect(health.width == 4)
        note(&health, .busy(seconds: 200), at: 10)
        #expect(health.restsUntil == moment(210))
        #expect(health.width == 4)
        note(&health, .busy(seconds: 1_000_000), at: 210)
        #expect(health.restsUntil == moment(210 + 3_600))
        #expect(health.width == 2)
        var silent = CallbackHealth()
        note(&silent, .busy(seconds: nil), at: 0)
        #expect(silent.restsUntil == moment(1))
    }

    @Test func `a rest ends when the clock is set back by more than any rest may last`() {
        var health = CallbackHealth()
        note(&health, .busy(seconds: 3_600), at: 0)
        #expect(health.isResting(at: moment(0)))
        #expect(!health.isResting(at: moment(-1)))
    }

    @Test func `410 pauses at once, and five days without a yes pause after at least five failures`() {
        var gone = CallbackHealth()
        note(&gone, .gone, at: 0)
        #expect(gone.pause?.reason.contains("410") == true)
        var failing = CallbackHealth()
        for day in 0..<5 as Range<Int64> { note(&failing, .failing, at: day * 86_400) }
        #expect(failing.pause == nil)
        note(&failing, .failing, at: 5 * 86_400 - 1)
        #expect(failing.pause == nil)
        note(&failing, .failing, at: 5 * 86_400)
        #expect(failing.pause?.reason == "it has taken nothing since \(start)")
        var quiet = CallbackHealth()
        note(&quiet, .failing, at: 0)
        note(&quiet, .failing, at: 9 * 86_400)
        #expect(quiet.pause == nil)
    }
}

/// What is handed out of the outbox of an endpoint that is not well, and that a restart does not forget it.
@Suite struct SparedCallbackTests {
    private func sample(_ place: Store.Place = .memory, deposits: Int = 12) async throws -> Store {
        let store = try Store(at: place)
        _ = try await store.openChain(chain, window: 100)
        _ = try await store.add([NewAddress(address("alice"))], on: chain, now: start)
        try await store.register(callbacks: [
            CallbackSubscription(name: "ledger"),
            CallbackSubscription(name: "books", events: [.callbackPaused, .callbackResumed]),
        ])
        try await store.connect(block(header(1), (1...deposits).map { transfer("t\($0)") }))
        return store
    }

    private func claim(
        _ store: Store, _ callback: String = "ledger", at seconds: Int64 = 0, held: Set<String> = []
    )
        async throws -> Claim
    {
        try await store.claim(
            callback: callback, now: Timestamp(seconds: start.seconds + seconds), limit: 100, excluding: held)
    }

    /// So many failures, each of another deposit, which is due again at once.
    private func fail(_ store: Store, _ count: Int, sign: EndpointSign? = nil, at seconds: Int64 = 0)
        async throws
    {
        let now = Timestamp(seconds: start.seconds + seconds)
        let attempt = Attempt(at: now, milliseconds: 1, answer: .status(500), excerpt: "")
        let due = try await claim(store, at: seconds).deliveries.prefix(count)
        try #require(due.count == count)
        try await store.record(
            due.map {
                DeliveryResult(delivery: $0.id, attempt: attempt, verdict: .retry(at: now), sign: sign)
            },
            of: "ledger", now: now)
    }

    @Test func `while an endpoint rests nothing is handed out, and then one event at a time`() async throws {
        let store = try await sample()
        try await fail(store, 5)
        let resting = try await claim(store)
        #expect(resting == Claim(deliveries: [], next: Timestamp(seconds: start.seconds + 1)))
        let probe = try await claim(store, at: 1)
        #expect(probe.deliveries.count == 1)
        let line = try #require(probe.deliveries.first?.line)
        #expect(try await claim(store, at: 1, held: [line]) == .nothing)
    }

    @Test func `a rest and a pause outlive the process`() async throws {
        let folder = try Folder()
        let store = try await sample(.file(folder.store))
        try await fail(store, 5)
        await store.close()
        let second = try Store(at: .file(folder.store))
        #expect(try await claim(second).deliveries.isEmpty)
        try await fail(second, 1, sign: .gone, at: 1)
        await second.close()
        let third = try Store(at: .file(folder.store))
        #expect(try await claim(third, at: 1_000_000) == .nothing)
        #expect(try await third.health(of: "ledger").pause?.reason.contains("410") == true)
        await third.close()
    }

    @Test func `a pause is told to the others, keeps everything, and ends on an operator's word`()
        async throws
    {
        let store = try await sample()
        try await fail(store, 1, sign: .gone)
        try await store.connect(block(header(2), [transfer("later")]))
        #expect(try await claim(store, at: 100_000) == .nothing)
        #expect(try await store.backlog(of: "ledger").waiting == 25)
        let told = try await claim(store, "books").deliveries
        #expect(told.map(\.type) == [.callbackPaused])
        #expect(told[0].body.contains(#""callback":"ledger","reason":"it answered 410"#))

        #expect(try await store.resume(callback: "ledger", now: start))
        #expect(try await store.resume(callback: "ledger", now: start))
        #expect(try await store.resume(callback: "nobody", now: start) == false)
        #expect(try await claim(store).deliveries.count == 1)
        #expect(try await store.pause(callback: "ledger", reason: "an operator paused it", now: start))
        #expect(try await store.pause(callback: "ledger", reason: "and once more", now: start))
        let all: [EventType] = [.callbackPaused, .callbackResumed]
        let events = try await store.events(after: nil, limit: 100).items.filter { all.contains($0.type) }
        #expect(events.map(\.type) == [.callbackPaused, .callbackResumed, .callbackPaused])
        #expect(Set(events.map(\.id)).count == 3)
    }
}
