import ChainKit
import DepositCore

/// One callback as the configuration names it.
struct CallbackEntry: Sendable {
    let name: String
    let url: StrictValue
    let secret: StrictValue
    /// Nil: all.
    let events: Set<EventType>?
    let timeoutSeconds: Int?
    let concurrency: Int?
    /// Seconds from one attempt to the next; nil: the default schedule.
    let schedule: [Int]?
    /// How long it may take nothing before it is paused.
    let pauseAfterSeconds: Int?

    init(_ name: String, _ value: StrictValue) throws {
        self.name = name
        var map = try value.map()
        url = try map.required("url")
        secret = try map.required("secret")
        events = try map.optional("events").map { list in
            Set(try list.list().map { try $0.choice(of: EventType.self) })
        }
        timeoutSeconds = try map.optional("timeout").map { max(1, try $0.milliseconds() / 1_000) }
        concurrency = try map.optional("concurrency")?.integer(1...1_000)
        schedule = try map.optional("schedule")?.list().map { try $0.milliseconds() / 1_000 }
        pauseAfterSeconds = try map.optional("pause_after").map { max(1, try $0.milliseconds() / 1_000) }
        try map.finish()
    }
}

/// Where the API listens and who may use it.
struct APIEntry: Sendable {
    let file: String
    let listen: StrictValue?
    let tokens: StrictValue?

    init(_ value: StrictValue?, file: String) throws {
        self.file = file
        var map = try value?.map()
        listen = map?.optional("listen")
        tokens = map?.optional("tokens")
        try map?.finish()
    }
}
