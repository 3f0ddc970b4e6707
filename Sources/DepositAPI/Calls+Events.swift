internal import DepositCore
internal import DepositStore
internal import Hummingbird

extension Calls {
    /// The feed: events in their order, without a gap. Waits for the next one where there is none and it may.
    func listEvents(_ call: Call) async throws -> Response {
        let limit = try call.query.limit()
        let last = try call.query.integer("last", in: 0...1_000, otherwise: -1)
        if last >= 0 {
            guard call.query.after == nil else {
                throw Problem(.badParameter, "after and last exclude each other; leave one out.")
            }
            let newest = try await store.newestEvents(last)
            return Self.page(newest.items, next: newest.next)
        }
        let seconds = try call.query.integer("wait", in: 0...30, otherwise: 0)
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let heard = bell.rings
            let items = try await store.events(after: call.query.after, limit: limit).items
            let left = deadline - ContinuousClock.now
            if !items.isEmpty || left <= .zero || bell.isClosed || call.departure?.isClosed == true {
                return Self.page(items, next: items.last?.cursor ?? call.query.after)
            }
            await bell.wait(past: heard, atMost: left, orUntil: call.departure)
            try Task.checkCancellation()
        }
    }

    /// `next` is where to go on, also where nothing is left for now: the feed has no end.
    private static func page(_ items: [FeedItem], next: Cursor?) -> Response {
        .page(items.map(json), next: next?.text)
    }

    static func json(_ item: FeedItem) -> JSONText {
        .object(["id": .string(item.id.text), "body": .verbatim(item.body)])
    }
}
