internal import DepositCore
internal import Foundation
internal import GRDB

extension Store {
    /// Every callback that was made through the API, the first made first.
    public func madeCallbacks() async throws(StoreError) -> [MadeCallback] {
        try await read { db in
            try db.rows(
                "SELECT * FROM endpoint JOIN callback ON callback.number = endpoint.callback ORDER BY number"
            ).map(MadeCallback.init)
        }
    }

    /// Keeps a new callback, which gets events from now on.
    ///
    /// - Parameter limit: how many there may be.
    public func make(_ made: MadeCallback, atMost limit: Int) async throws(StoreError) -> Making {
        try await write { db in
            if let known = try db.callback(made.name) {
                if try db.isActive(known) { return .exists }
                let waiting = try db.waiting(for: known)
                if waiting > 0 { return .waiting(waiting) }
            }
            guard try db.integer("SELECT count(*) FROM endpoint") ?? 0 < limit else { return .tooMany }
            try db.activate(made.name, made.filter)
            guard let callback = try db.callback(made.name) else { throw Damage("\(made.name) is missing") }
            try db.forgetHealth(of: callback)
            try db.write(made, of: callback)
            return .made
        }
    }

    /// Keeps a callback otherwise than before. A filter counts for events that are committed from now on.
    ///
    /// - Returns: whether there is such a callback.
    public func change(_ made: MadeCallback) async throws(StoreError) -> Bool {
        try await write { db in
            guard let callback = try db.callback(made.name), try db.isMade(callback) else { return false }
            try db.activate(made.name, made.filter)
            try db.write(made, of: callback)
            return true
        }
    }

    /// Removes a callback with its secrets. Its deliveries are kept, and so is every event.
    ///
    /// - Parameter givingUp: what waits for it becomes exhausted. Else one that events wait for stays.
    public func remove(made name: String, givingUp: Bool) async throws(StoreError) -> Removal {
        var givenUp = 0
        // A few hundred in a transaction, so that no block waits long for the writer. A crash in between leaves the
        // callback and the rest: asked once more, it goes on.
        while givingUp {
            let count = try await write { db in
                guard let callback = try db.callback(name), try db.isMade(callback) else { return 0 }
                return try db.giveUp(for: callback)
            }
            givenUp += count
            if count == 0 { break }
        }
        return try await write { [givenUp] db in
            guard let callback = try db.callback(name), try db.isMade(callback) else { return .unknown }
            // What was announced since the last of those transactions.
            let late = givingUp ? try db.giveUp(for: callback) : 0
            let waiting = try db.waiting(for: callback)
            if waiting > 0 { return .waiting(waiting) }
            try db.run("DELETE FROM endpoint WHERE callback = ?", [callback.number])
            try db.run("UPDATE callback SET active = 0 WHERE number = ?", [callback.number])
            return .removed(givenUp: givenUp + late)
        }
    }
}

extension Database {
    fileprivate func isActive(_ callback: CallbackRow) throws -> Bool {
        try integer("SELECT active FROM callback WHERE number = ?", [callback.number]) == 1
    }

    fileprivate func isMade(_ callback: CallbackRow) throws -> Bool {
        try integer("SELECT 1 FROM endpoint WHERE callback = ?", [callback.number]) != nil
    }

    fileprivate func waiting(for callback: CallbackRow) throws -> Int {
        let count = "SELECT count(*) FROM delivery WHERE callback = ? AND status = 'waiting'"
        return Int(try integer(count, [callback.number]) ?? 0)
    }

    /// What one of the same name has once been through says nothing of a new one, and nobody is told.
    fileprivate func forgetHealth(of callback: CallbackRow) throws {
        try run(
            """
            UPDATE callback SET failures = 0, failing_since = NULL, rests = 0, rests_until = NULL, width = NULL,
                paused = NULL, paused_because = NULL
            WHERE number = ?
            """, [callback.number])
    }

    /// Up to 500 deliveries, the oldest first, without a word to the other callbacks: it is an operator's own wish.
    fileprivate func giveUp(for callback: CallbackRow) throws -> Int {
        try run(
            """
            UPDATE delivery SET status = 'exhausted', next = NULL WHERE number IN (
                SELECT number FROM delivery WHERE callback = ? AND status = 'waiting' ORDER BY number LIMIT 500)
            """, [callback.number])
        return changesCount
    }

    fileprivate func write(_ made: MadeCallback, of callback: CallbackRow) throws {
        try run(
            """
            INSERT OR REPLACE INTO endpoint (callback, url, headers, timeout, concurrency, schedule, pause_after,
                secret, old_secret, made)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                callback.number, made.url, made.headers.map { Data($0) }, made.timeout, made.concurrency,
                made.schedule?.map(String.init).joined(separator: " "), made.pauseAfter, Data(made.secret),
                made.oldSecret.map { Data($0) }, made.made.seconds,
            ])
    }
}

extension MadeCallback {
    fileprivate init(_ row: Row) throws {
        self.init(
            name: try row.get("name"), url: try row.get("url"), filter: try EventFilter(row),
            secret: [UInt8](try row.get("secret", as: Data.self)),
            made: Timestamp(seconds: try row.get("made")))
        headers = try row.find("headers", as: Data.self).map { [UInt8]($0) }
        timeout = try row.find("timeout")
        concurrency = try row.find("concurrency")
        schedule = try row.find("schedule", as: String.self).map {
            $0.split(separator: " ").compactMap { Int64($0) }
        }
        pauseAfter = try row.find("pause_after")
        oldSecret = try row.find("old_secret", as: Data.self).map { [UInt8]($0) }
    }
}
