internal import DepositCore
internal import GRDB

/// Listens until it is cancelled or forgotten.
public final class EventObservation: Sendable {
    private let news: News
    private let listener: Int

    fileprivate init(_ news: News, _ listener: Int) {
        self.news = news
        self.listener = listener
    }

    deinit { cancel() }

    public func cancel() { news.forget(listener) }
}

extension Store {
    /// Calls `stored` after every commit that has stored an event, on the writer's queue: it must be quick.
    ///
    /// - Parameters:
    ///   - coming: called before such a commit is durable, with what it makes due by callback; must be quick too.
    ///   - stored: gets what was shown of the transaction before.
    public func onNewEvents(
        coming: @escaping @Sendable ([String: Handover]) -> Void = { _ in },
        stored: @escaping @Sendable ([String: Handover]) -> Void
    ) -> EventObservation {
        EventObservation(news, news.listen(coming: coming, stored: stored))
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
