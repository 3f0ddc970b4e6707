extension Event {
    /// The event of a deposit's latest change. The fields and their meaning: README, "Events".
    init(of deposit: Deposit, asset: Asset, under view: ChainView, at now: Timestamp) {
        let status = deposit.state.status
        let type = EventType(status)
        let block = deposit.block ?? deposit.displacedBlock
        let id = ContentID.text(
            "evt", [deposit.id.text, String(deposit.sequence), type.rawValue, block?.hash.text ?? ""])
        self.init(
            id: EventID(id), type: type, chain: deposit.chain,
            subject: .deposit(deposit.id, sequence: deposit.sequence),
            body: Self.envelope(type, now) { Self.write(deposit, asset, view, to: &$0) })
    }

    /// A chain stopped: `block` must not be undone unaided, and the node's chain lacks it.
    public static func halted(
        _ chain: ChainID, at block: BlockRef, reason: String, occurrence: UInt64, now: Timestamp
    ) -> Event {
        ofChain(chain, .chainHalted, block, reason, occurrence, now)
    }

    /// A halted chain goes on, on an operator's word.
    public static func resumed(
        _ chain: ChainID, at block: BlockRef, reason: String, occurrence: UInt64, now: Timestamp
    ) -> Event {
        ofChain(chain, .chainResumed, block, reason, occurrence, now)
    }

    /// Nodes show different blocks where deposits wait to be confirmed: nothing there is, until they agree.
    public static func disagreed(
        _ chain: ChainID, at block: BlockRef, reason: String, occurrence: UInt64, now: Timestamp
    ) -> Event {
        ofChain(chain, .chainDisagreed, block, reason, occurrence, now)
    }

    /// Enough nodes show our block again.
    public static func agreed(
        _ chain: ChainID, at block: BlockRef, reason: String, occurrence: UInt64, now: Timestamp
    ) -> Event {
        ofChain(chain, .chainAgreed, block, reason, occurrence, now)
    }

    /// A callback did not take an event after the last attempt of its schedule.
    public static func exhausted(
        callback: String, event: EventID, chain: ChainID, attempts: Int, lastError: String, now: Timestamp
    ) -> Event {
        let body = envelope(.callbackExhausted, now) {
            $0.member("callback", callback)
            $0.member("event", event.text)
            $0.member("chain", chain.text)
            $0.member("attempts", Int64(attempts))
            $0.member("reason", lastError)
        }
        return Event(
            id: EventID(ContentID.text("evt", ["callback.exhausted", callback, event.text])),
            type: .callbackExhausted, chain: chain, subject: .callback(callback), body: body)
    }

    /// Nothing more is sent to a callback: its receiver wants no events, has failed for long, or an operator said so.
    ///
    /// - Parameters:
    ///   - chain: with which the event is kept.
    ///   - occurrence: how often that has happened to it.
    public static func paused(
        callback: String, with chain: ChainID, reason: String, occurrence: Int64, now: Timestamp
    ) -> Event {
        ofCallback(callback, .callbackPaused, chain, reason, occurrence, now)
    }

    /// A paused callback gets events again, on an operator's word.
    public static func resumed(
        callback: String, with chain: ChainID, occurrence: Int64, now: Timestamp
    ) -> Event {
        ofCallback(callback, .callbackResumed, chain, nil, occurrence, now)
    }

    /// Sent on an operator's word to see whether a receiver takes it, and never kept.
    public static func test(callback: String, now: Timestamp) -> Event {
        ofCallback(callback, .callbackTest, ChainID(""), nil, now.seconds, now)
    }

    private static func ofCallback(
        _ callback: String, _ type: EventType, _ chain: ChainID, _ reason: String?,
        _ occurrence: Int64, _ now: Timestamp
    ) -> Event {
        let body = envelope(type, now) {
            $0.member("callback", callback)
            if let reason { $0.member("reason", reason) }
            $0.member("occurrence", occurrence)
        }
        return Event(
            id: EventID(ContentID.text("evt", [type.rawValue, callback, String(occurrence)])), type: type,
            chain: chain, subject: .callback(callback), body: body)
    }

    private static func ofChain(
        _ chain: ChainID, _ type: EventType, _ block: BlockRef, _ reason: String, _ occurrence: UInt64,
        _ now: Timestamp
    ) -> Event {
        let body = envelope(type, now) {
            $0.member("chain", chain.text)
            $0.member("block", block)
            $0.member("reason", reason)
            $0.member("occurrence", Int64(occurrence))
        }
        let id = ContentID.text("evt", [chain.text, type.rawValue, block.hash.text, String(occurrence)])
        return Event(id: EventID(id), type: type, chain: chain, subject: .chain, body: body)
    }

    private static func envelope(
        _ type: EventType, _ now: Timestamp, data: (inout JSONWriter) -> Void
    ) -> String {
        JSONWriter.object {
            $0.member("type", type.rawValue)
            $0.member("timestamp", now.description)
            $0.object("data", data)
        }
    }

    private static func write(
        _ deposit: Deposit, _ asset: Asset, _ view: ChainView, to json: inout JSONWriter
    ) {
        let transfer = deposit.transfer
        let confirmations = deposit.block?.height.confirmations(under: view.tip.height) ?? 0
        var reason: Doubt?
        if case .review(let doubt, _) = deposit.state { reason = doubt }
        json.member("id", deposit.id.text)
        json.member("sequence", Int64(deposit.sequence))
        json.member("status", deposit.state.status.rawValue)
        json.member("chain", deposit.chain.text)
        json.member("asset", asset.id.text)
        json.member("contract", asset.contract)
        json.member("amount", transfer.amount.description)
        json.member("decimals", Int64(asset.decimals))
        json.member("address", transfer.to.text)
        json.member("memo", transfer.to.memo)
        json.member("label", deposit.label)
        json.member("transaction", transfer.transaction.text)
        json.member("position", transfer.position.text)
        json.member("from", transfer.from)
        json.member("block", deposit.block)
        json.member("confirmations", Int64(confirmations))
        json.object("required") { write(deposit.requirement, to: &$0) }
        json.member("displaced_block", deposit.displacedBlock)
        json.member("reason", reason?.rawValue)
    }

    private static func write(_ requirement: Requirement, to json: inout JSONWriter) {
        if let depth = requirement.depth { json.member("depth", Int64(depth)) }
        if requirement.finality { json.member("finality", "finalized") }
        json.member("rule", requirement.rule)
    }
}
