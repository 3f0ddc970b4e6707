import CallbackNotifier
import DepositCore
import DepositEngine
import DepositStore
import DepositTestKit
import Foundation
import NodeRPC
import Testing

@testable import DepositAPI
@testable import depositwatch

/// A store and the daemon's callbacks over it, started as often as a test wants.
struct CallbackOffice {
    static let key = Data(repeating: 7, count: 32).base64EncodedString()
    static let ledgerSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let store: Store
    let clock = SteppedClock(SystemClock().now)

    init() async throws {
        store = try Store(at: .memory)
        _ = try await store.openChain(ChainID("testnet"), window: 10)
    }

    func desk(
        configured names: [String] = [], key: String? = Self.key, networks: [String] = ["127.0.0.0/8"],
        limit: Int = 100
    ) async throws -> CallbackDesk {
        let configured = try names.map {
            Callback(
                name: $0, endpoint: try Endpoint("https://\($0).example/"),
                secrets: [try Secret(Self.ledgerSecret)])
        }
        let rules = CallbackDesk.Rules(
            key: try key.map { try SecretsKey($0) }, networks: networks.compactMap { IPNetwork($0) },
            limit: limit)
        return try await CallbackDesk(configured: configured, store: store, rules: rules, clock: clock)
    }

    /// Commits one event, which every callback gets: of another callback that an operator pauses.
    func tell() async throws {
        let name = "other-\(UUID().uuidString)"
        let other = MadeCallback(
            name: name, url: "https://other.example/", filter: EventFilter(types: []), secret: [1],
            made: clock.now)
        _ = try await store.make(other, atMost: 1_000)
        _ = try await store.pause(callback: name, reason: "to tell of it", now: clock.now)
        _ = try await store.remove(made: name, givingUp: true)
    }

    func waiting(_ name: String = "desk") async throws -> Int { try await store.backlog(of: name).waiting }

    /// Delivers while `body` runs.
    func delivering(_ desk: CallbackDesk, _ body: () async throws -> Void) async throws {
        let running = Task { try await desk.notifier.run() }
        do { try await body() } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }
}

extension IssuedSecret {
    /// What its receiver is given.
    var receivers: Secret {
        get throws { try Secret(text) }
    }
}

/// Waits, without a clock, for something that other tasks bring about.
func eventually(_ condition: () async throws -> Bool) async throws {
    while try await !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}

/// Why something is refused.
func refusal(_ body: () async throws -> Void) async -> CallbackRefusal? {
    do {
        try await body()
        return nil
    } catch {
        return error as? CallbackRefusal
    }
}
