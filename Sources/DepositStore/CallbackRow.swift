internal import DepositCore
internal import GRDB

/// A callback's own row.
struct CallbackRow {
    let number: Int64
    let name: String
    let filter: EventFilter
    var health: CallbackHealth
    /// How often it has been paused.
    var pauses: Int64

    init(_ row: some StoredRow) throws {
        number = try row.get("number")
        name = try row.get("name")
        filter = try EventFilter(row)
        health = try CallbackHealth(row)
        pauses = try row.get("pauses")
    }
}

extension Database {
    func activeCallbacks() throws -> [CallbackRow] {
        try rows("SELECT * FROM callback WHERE active = 1 ORDER BY number", [], CallbackRow.init)
    }

    func callback(_ name: String) throws -> CallbackRow? {
        try row("SELECT * FROM callback WHERE name = ?", [.text(name)], CallbackRow.init)
    }

    /// From here on a callback gets the events that it wants.
    func activate(_ name: String, _ filter: EventFilter) throws {
        try run(
            """
            INSERT INTO callback (name, events, chains, assets, labels, active) VALUES (?, ?, ?, ?, ?, 1)
            ON CONFLICT (name) DO UPDATE SET events = excluded.events, chains = excluded.chains,
                assets = excluded.assets, labels = excluded.labels, active = 1
            """, StatementArguments([name] + filter.columns))
    }

    /// Writes down how an endpoint is doing, and tells the other callbacks where that has paused it or ended a pause.
    func set(_ health: CallbackHealth, of callback: CallbackRow, at now: Timestamp) throws {
        if health == callback.health { return }
        let pauses = callback.pauses + (callback.health.pause == nil && health.pause != nil ? 1 : 0)
        try run(
            """
            UPDATE callback SET failures = ?, failing_since = ?, rests = ?, rests_until = ?, width = ?,
                paused = ?, paused_because = ?, pauses = ?
            WHERE number = ?
            """,
            [
                health.failures, health.failingSince?.seconds, health.rests, health.restsUntil?.seconds,
                health.width, health.pause?.since.seconds, health.pause?.reason, pauses, callback.number,
            ])
        switch (callback.health.pause, health.pause) {
        case (nil, let pause?):
            try tellOthers(of: callback, at: now) {
                .paused(callback: $0, with: $1, reason: pause.reason, occurrence: pauses, now: now)
            }
        case (.some, nil):
            try tellOthers(of: callback, at: now) {
                .resumed(callback: $0, with: $1, occurrence: pauses, now: now)
            }
        default: break
        }
    }

    /// Every event is kept with a chain; one about a callback as a whole goes with the first.
    private func tellOthers(
        of callback: CallbackRow, at now: Timestamp, event: (String, ChainID) -> Event
    ) throws {
        guard let chain = try row("SELECT number, name FROM chain ORDER BY number LIMIT 1") else { return }
        let event = event(callback.name, ChainID(try chain.get("name")))
        let others = try activeCallbacks().filter { $0.number != callback.number }
        try announce(event, chain: chain.get("number"), to: others, at: now)
    }
}

extension EventFilter {
    /// Each column holds one word a line; null: all.
    init(_ row: some StoredRow) throws {
        func words(_ column: String) throws -> [String]? {
            try row.find(column, as: String.self).map { $0.split(separator: "\n").map(String.init) }
        }
        self.init(
            types: try words("events").map { Set($0.compactMap(EventType.init)) },
            chains: try words("chains").map { Set($0.map { ChainID($0) }) },
            assets: try words("assets").map { Set($0.map { AssetID($0) }) },
            labels: try words("labels").map { $0.compactMap(LabelPattern.init) })
    }

    /// The columns `events`, `chains`, `assets` and `labels`.
    var columns: [String?] {
        [
            types?.map(\.rawValue), chains?.map(\.text), assets?.map(\.text), labels?.map(\.description),
        ].map { $0?.sorted().joined(separator: "\n") }
    }
}

extension CallbackHealth {
    fileprivate init(_ row: some StoredRow) throws {
        self.init()
        failures = try row.get("failures")
        failingSince = try row.moment("failing_since")
        rests = try row.get("rests")
        restsUntil = try row.moment("rests_until")
        width = try row.find("width")
        pause = try row.moment("paused").map { Pause(reason: try row.get("paused_because"), since: $0) }
    }
}

extension StoredRow {
    fileprivate func moment(_ column: String) throws -> Timestamp? {
        try find(column, as: Int64.self).map { Timestamp(seconds: $0) }
    }
}
