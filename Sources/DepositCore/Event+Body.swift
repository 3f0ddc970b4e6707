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
            body: Self.envelope(type, now, Self.data(deposit, asset, view)))
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
        let data: JSONText = .object([
            "callback": .string(callback), "event": .string(event.text), "chain": .string(chain.text),
            "attempts": .integer(Int64(attempts)), "reason": .string(lastError),
        ])
        return Event(
            id: EventID(ContentID.text("evt", ["callback.exhausted", callback, event.text])),
            type: .callbackExhausted, chain: chain, subject: .callback(callback),
            body: envelope(.callbackExhausted, now, data))
    }

    /// Nothing more is sent to a callback: its receiver wants no events, has failed for long, or an operator said so.
    ///
    /// - Parameters:
    ///   - chain: with which the event is kept.
    ///   - occurrence: how often that has happened to it.
    public static func paused(
        callback: String, with chain: ChainID, reason: String, occurrence: Int64, now: Timestamp
    ) -> Event {
        ofCallback(callback, .callbackPaused, chain, [("reason", .string(reason))], occurrence, now)
    }

    /// A paused callback gets events again, on an operator's word.
    public static func resumed(
        callback: String, with chain: ChainID, occurrence: Int64, now: Timestamp
    ) -> Event {
        ofCallback(callback, .callbackResumed, chain, [], occurrence, now)
    }

    /// Sent on an operator's word to see whether a receiver takes it, and never kept.
    public static func test(callback: String, now: Timestamp) -> Event {
        ofCallback(callback, .callbackTest, ChainID(""), [], now.seconds, now)
    }

    private static func ofCallback(
        _ callback: String, _ type: EventType, _ chain: ChainID, _ facts: [(String, JSONText)],
        _ occurrence: Int64, _ now: Timestamp
    ) -> Event {
        let fields = [("callback", .string(callback))] + facts + [("occurrence", .integer(occurrence))]
        return Event(
            id: EventID(ContentID.text("evt", [type.rawValue, callback, String(occurrence)])), type: type,
            chain: chain, subject: .callback(callback),
            body: envelope(type, now, .object(fields.map { JSONText.Field(name: $0.0, value: $0.1) })))
    }

    private static func ofChain(
        _ chain: ChainID, _ type: EventType, _ block: BlockRef, _ reason: String, _ occurrence: UInt64,
        _ now: Timestamp
    ) -> Event {
        let data: JSONText = .object([
            "chain": .string(chain.text), "block": json(block), "reason": .string(reason),
            "occurrence": .integer(Int64(occurrence)),
        ])
        let id = ContentID.text("evt", [chain.text, type.rawValue, block.hash.text, String(occurrence)])
        return Event(
            id: EventID(id), type: type, chain: chain, subject: .chain, body: envelope(type, now, data))
    }

    private static func envelope(_ type: EventType, _ now: Timestamp, _ data: JSONText) -> String {
        JSONText.object([
            "type": .string(type.rawValue), "timestamp": .string(now.description), "data": data,
        ]).text
    }

    private static func data(_ deposit: Deposit, _ asset: Asset, _ view: ChainView) -> JSONText {
        let transfer = deposit.transfer
        let confirmations = deposit.block?.height.confirmations(under: view.tip.height) ?? 0
        var reason: Doubt?
        if case .review(let doubt, _) = deposit.state { reason = doubt }
        return .object([
            "id": .string(deposit.id.text), "sequence": .integer(Int64(deposit.sequence)),
            "status": .string(deposit.state.status.rawValue), "chain": .string(deposit.chain.text),
            "asset": .string(asset.id.text), "contract": .optional(asset.contract),
            "amount": .string(transfer.amount.description), "decimals": .integer(Int64(asset.decimals)),
            "address": .string(transfer.to.text), "memo": .optional(transfer.to.memo),
            "label": .optional(deposit.label), "transaction": .string(transfer.transaction.text),
            "position": .string(transfer.position.text),
            "from": .array(transfer.from.map { .string($0) }),
            "block": deposit.block.map(json) ?? .null, "confirmations": .integer(Int64(confirmations)),
            "required": json(deposit.requirement),
            "displaced_block": deposit.displacedBlock.map(json) ?? .null,
            "reason": .optional(reason?.rawValue),
        ])
    }

    private static func json(_ block: BlockRef) -> JSONText {
        .object([
            "height": .integer(block.height), "hash": .string(block.hash.text),
            "time": .string(block.time.description),
        ])
    }

    private static func json(_ requirement: Requirement) -> JSONText {
        var fields: [JSONText.Field] = []
        if let depth = requirement.depth {
            fields.append(JSONText.Field(name: "depth", value: .integer(Int64(depth))))
        }
        if requirement.finality {
            fields.append(JSONText.Field(name: "finality", value: .string("finalized")))
        }
        fields.append(JSONText.Field(name: "rule", value: .string(requirement.rule)))
        return .object(fields)
    }
}
