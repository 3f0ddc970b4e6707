public import DepositCore
internal import GRDB

extension Store {
    /// What is due to a callback, longest due first: of each line at most its first undelivered event.
    ///
    /// A claim changes nothing: what is not recorded is claimed again, so a crash loses no delivery. Of an endpoint
    /// that is spared it hands out no more than may be on its way.
    ///
    /// - Parameter lines: those that are being sent already.
    public func claim(
        callback: String, now: Timestamp, limit: Int, excluding lines: Set<String>
    ) async throws(StoreError) -> Claim {
        try await readNewest { db in
            guard let callback = try db.callback(callback), callback.health.pause == nil else {
                return .nothing
            }
            let room = min(limit, (callback.health.width ?? .max) - lines.count)
            guard room > 0 else { return .nothing }
            let heads = try db.rows(
                """
                SELECT delivery.number, delivery.line, delivery.step, delivery.next, event.id, event.type,
                    event.body, event.at, chain.name
                FROM delivery JOIN event ON event.number = delivery.event
                    JOIN chain ON chain.number = event.chain
                WHERE delivery.callback = ? AND delivery.next IS NOT NULL
                ORDER BY delivery.next, delivery.number LIMIT ?
                """, [.integer(callback.number), .integer(Int64(room + lines.count + 1))]
            ) { row in
                lines.contains(try row.get("line")) ? nil : try DueDelivery(row)
            }
            let opening = callback.health.isResting(at: now) ? callback.health.restsUntil ?? now : now
            var due: [DueDelivery] = []
            for case let delivery? in heads {
                guard opening == now, delivery.due <= now, due.count < room else {
                    return Claim(
                        deliveries: due, next: opening == now ? delivery.due : max(opening, delivery.due))
                }
                due.append(delivery)
            }
            return Claim(deliveries: due, next: nil)
        }
    }

    /// Records what came of attempts for one callback, all in one transaction, makes what stood behind them due, and
    /// notes what they say of its endpoint.
    ///
    /// The end of a schedule is told to the other callbacks by `callback.exhausted`, the end of our patience by
    /// `callback.paused`.
    @discardableResult
    public func record(
        _ results: [DeliveryResult], of callback: String, under rules: HealthRules = HealthRules(),
        now: Timestamp
    ) async throws(StoreError) -> CallbackHealth {
        try await write { db in
            guard let callback = try db.callback(callback) else {
                throw StoreError.conflict("there is no callback \(callback)")
            }
            var health = callback.health
            for result in results {
                try db.record(result, of: callback, at: now)
                health.note(result.sign, under: rules, at: now)
            }
            try db.set(health, of: callback, at: now)
            return health
        }
    }
}

extension DueDelivery {
    fileprivate init(_ row: some StoredRow) throws {
        guard let type: EventType = try row.word("type") else { throw Damage("an event has no type") }
        self.init(
            id: try row.get("number"), event: EventID(try row.get("id")), type: type,
            chain: ChainID(try row.get("name")), line: try row.get("line"), body: try row.get("body"),
            attempts: try row.get("step"), due: Timestamp(seconds: try row.get("next")),
            committed: Timestamp(seconds: try row.get("at")))
    }
}
