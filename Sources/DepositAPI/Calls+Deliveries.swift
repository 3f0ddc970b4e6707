internal import DepositCore
internal import DepositStore
internal import Hummingbird

extension Calls {
    /// The newest first.
    func listDeliveries(_ call: Call) async throws -> Response {
        let filter = DeliveryFilter(
            callback: call.query.text("callback"),
            status: try call.query.choice("status", of: DeliveryRecord.Status.self))
        let page = try await store.deliveries(filter, after: call.query.after, limit: call.query.limit())
        return .page(page.items.map { Self.json($0, withAttempts: false) }, next: page.next?.text)
    }

    func retryDelivery(_ call: Call) async throws -> Response {
        let id = call.part("id")
        guard let number = Int64(id), try await store.retry(delivery: number, now: now()) else {
            throw Problem(
                .notFound, "No delivery has the id \(quoted(id)); GET /v1/deliveries lists those there are.")
        }
        await watch.deliveriesWaiting()
        return .json(.object(["id": .string(id), "status": .string("waiting")]), status: .accepted)
    }

    static func json(_ delivery: DeliveryRecord, withAttempts: Bool) -> JSONText {
        var fields: [(String, JSONText)] = [
            ("id", .string(String(delivery.id))), ("callback", .string(delivery.callback)),
            ("event", .string(delivery.event.text)), ("type", .string(delivery.type.rawValue)),
            ("status", .string(delivery.status.rawValue)),
            ("next", .optional(delivery.next?.description)),
            ("attempt_count", .integer(Int64(delivery.attempts.count))),
            ("last_attempt", delivery.attempts.last.map(json) ?? .null),
        ]
        if withAttempts { fields.append(("attempts", .array(delivery.attempts.map(json)))) }
        return .object(fields.map { JSONText.Field(name: $0.0, value: $0.1) })
    }

    static func json(_ attempt: Attempt) -> JSONText {
        let status: JSONText
        let failure: JSONText
        switch attempt.answer {
        case .status(let code): (status, failure) = (.integer(Int64(code)), .null)
        case .failure(let why): (status, failure) = (.null, .string(why))
        }
        return .object([
            "at": .string(attempt.at.description), "milliseconds": .integer(attempt.milliseconds),
            "status": status, "failure": failure, "excerpt": .string(attempt.excerpt),
        ])
    }
}
