internal import DepositCore
internal import DepositStore
internal import Hummingbird

extension Calls {
    /// Every callback; there are few, so there is one page.
    func listCallbacks() async throws -> Response {
        var items: [JSONText] = []
        for card in callbacks { items.append(.object(try await fields(of: card))) }
        return .page(items, next: nil)
    }

    func showCallback(_ call: Call) async throws -> Response {
        .json(.object(try await fields(of: callback(named: call.part("name")))))
    }

    func pauseCallback(_ call: Call) async throws -> Response {
        let card = try callback(named: call.part("name"))
        _ = try await store.pause(callback: card.name, reason: "an operator paused it", now: now())
        return try await show(card)
    }

    func resumeCallback(_ call: Call) async throws -> Response {
        let card = try unlocked(call)
        _ = try await store.resume(callback: card.name, now: now())
        return try await show(card)
    }

    func testCallback(_ call: Call) async throws -> Response {
        let card = try unlocked(call)
        guard let trial = await watch.test(callback: card.name) else {
            throw Problem(.notFound, "No callback \(quoted(card.name)) is being served.")
        }
        return .json(
            .object([
                "callback": .string(card.name), "event": .string(trial.event.text),
                "taken": .bool(trial.isTaken),
                "attempt": Self.json(trial.attempt),
            ]))
    }

    /// For receivers, who need no token for them.
    func publicKeys() -> Response {
        let keys = callbacks.flatMap { card in
            card.publicKeys.map { key in
                JSONText.object([
                    "callback": .string(card.name), "scheme": .string("v1a"), "algorithm": .string("ed25519"),
                    "key": .string(key),
                ])
            }
        }
        return .json(.object(["keys": .array(keys)]))
    }

    /// How it stands now; the notifier looks again.
    private func show(_ card: CallbackCard) async throws -> Response {
        await watch.deliveriesWaiting()
        return .json(.object(try await fields(of: card)))
    }

    private func unlocked(_ call: Call) throws(Problem) -> CallbackCard {
        let card = try callback(named: call.part("name"))
        if let lock = card.lock {
            throw Problem(.callbackLocked, "Nothing is sent to \(card.name): \(lock).")
        }
        return card
    }

    func fields(of card: CallbackCard) async throws -> [JSONText.Field] {
        let health = try await store.health(of: card.name)
        let backlog = try await store.backlog(of: card.name)
        let fields: KeyValuePairs<String, JSONText> = [
            "callback": .string(card.name), "origin": .string(card.origin.rawValue),
            "endpoint": .string(card.endpoint),
            "events": list(card.filter.types?.map(\.rawValue)),
            "chains": list(card.filter.chains?.map(\.text)),
            "assets": list(card.filter.assets?.map(\.text)),
            "labels": list(card.filter.labels?.map(\.description)),
            "headers": list(card.headers),
            "timeout": .optional(card.pace.map { Int64($0.timeout) }),
            "concurrency": .optional(card.pace.map { Int64($0.concurrency) }),
            "schedule": card.pace.map { .array($0.schedule.map { .integer($0) }) } ?? .null,
            "pause_after": .optional(card.pace?.pauseAfter),
            "rotating": .bool(card.isRotating),
            "state": .string(health.word(at: now())),
            "reason": .optional(health.pause?.reason),
            "since": .optional((health.pause?.since ?? health.failingSince)?.description),
            "rests_until": .optional(health.restsUntil?.description),
            "waiting": .integer(Int64(backlog.waiting)), "exhausted": .integer(Int64(backlog.exhausted)),
            "oldest_waiting": .optional(backlog.oldest?.description),
        ]
        return fields.map { JSONText.Field(name: $0.key, value: $0.value) }
    }
}

extension JSONText {
    fileprivate static func optional(_ number: Int64?) -> JSONText { number.map { .integer($0) } ?? .null }
}

/// Null: all.
private func list(_ words: [String]?) -> JSONText {
    words.map { .array($0.sorted().map { .string($0) }) } ?? .null
}

extension CallbackHealth {
    fileprivate func word(at now: Timestamp) -> String {
        if pause != nil { return "paused" }
        if isResting(at: now) { return "resting" }
        if width != nil { return "recovering" }
        return failingSince == nil ? "well" : "failing"
    }
}
