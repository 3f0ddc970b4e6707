internal import DepositCore
internal import GRDB
internal import Synchronization

/// Rings until it is cancelled or forgotten.
public final class EventObservation: Sendable {
    private let bell: Mutex<EventBell?>

    fileprivate init(_ bell: EventBell) {
        self.bell = Mutex(bell)
    }

    /// GRDB forgets an observer that nobody holds.
    public func cancel() { bell.withLock { $0 = nil } }
}

/// Hears of every event that is stored. GRDB asks it about each statement and tells it of each row, so that it knows
/// no more than one table.
private final class EventBell: TransactionObserver, @unchecked Sendable {
    private let ring: @Sendable () -> Void
    /// On the writer's queue alone.
    private var isStruck = false

    init(_ ring: @escaping @Sendable () -> Void) {
        self.ring = ring
    }

    func observes(eventsOfKind kind: DatabaseEventKind) -> Bool {
        if case .insert(tableName: "event") = kind { true } else { false }
    }

    func databaseDidChange(with event: DatabaseEvent) {
        isStruck = true
        stopObservingDatabaseChangesUntilNextTransaction()
    }

    func databaseDidCommit(_ db: Database) {
        if isStruck { ring() }
        isStruck = false
    }

    func databaseDidRollback(_ db: Database) {
        isStruck = false
    }
}

extension Store {
    /// Calls `ring` after every commit that has stored an event, on the writer's queue: it must be quick.
    public func onNewEvents(_ ring: @escaping @Sendable () -> Void) -> EventObservation {
        let bell = EventBell(ring)
        database.add(transactionObserver: bell, extent: .observerLifetime)
        return EventObservation(bell)
    }

    /// The newest events in the feed's order, and where the feed goes on after them; nil in an empty store.
    public func newestEvents(_ count: Int) async throws(StoreError) -> Page<FeedItem> {
        try await read { db in
            let rows = try db.rows(
                """
                SELECT event.number AS event_number, event.id AS event_id, event.type, event.body, chain.name
                FROM event JOIN chain ON chain.number = event.chain
                ORDER BY event.number DESC LIMIT ?
                """, [max(count, 1)])
            let items = try rows.reversed().map(FeedItem.init)
            return Page(items: count == 0 ? [] : items, next: items.last?.cursor)
        }
    }
}
