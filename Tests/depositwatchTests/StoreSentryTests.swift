import Logging
import ServiceLifecycle
import Testing

@testable import DepositStore
@testable import depositwatch

@Suite struct StoreSentryTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `a store that fails ends the daemon with its error`() async throws {
        let store = try Store(at: .memory)
        let sentry = StoreSentry(store: store, logger: quiet, stay: .zero)
        let running = Task { try await sentry.run() }
        store.trouble.note(.diskFull(file: "deposits.db"))
        await #expect(throws: StoreError.diskFull(file: "deposits.db")) { try await running.value }
    }

    @Test func `an error that costs one change only ends nothing`() async throws {
        let store = try Store(at: .memory)
        let sentry = StoreSentry(store: store, logger: quiet, stay: .zero)
        let group = ServiceGroup(configuration: .init(services: [sentry], logger: quiet))
        let running = Task { try await group.run() }
        store.trouble.note(.conflict("the tip has moved"))
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(store.failed == nil)
    }
}
