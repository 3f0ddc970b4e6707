internal import DepositCore
internal import GRDB

/// Rings until it is cancelled or forgotten.
public final class EventObservation: Sendable {
    private let observation: AnyDatabaseCancellable

    init(_ observation: AnyDatabaseCancellable) {
        self.observation = observation
    }

    public func cancel() { observation.cancel() }
}

extension Store {
    /// Calls `ring` after every commit that has stored an event, on the writer's queue: it must be quick.
    public func onNewEvents(_ ring: @escaping @Sendable () -> Void) -> EventObservation {
        let observation = DatabaseRegionObservation(tracking: Table("event"))
        // An error would mean that the store cannot be read at all; the next call of anyone tells that.
        return EventObservation(observation.start(in: database, onError: { _ in }) { _ in ring() })
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
