internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import Hummingbird

extension Calls {
    /// The newest first.
    func listDeposits(_ call: Call) async throws -> Response {
        var filter = DepositFilter()
        if let name = call.query.text("chain") {
            filter.chain = try chain(named: name).spec.id
        }
        filter.address = try call.query.text("address").map { text throws(Problem) in
            try self.spelling(of: text, on: filter.chain)
        }
        filter.transaction = call.query.text("transaction").map { TransactionID($0) }
        filter.status = try call.query.choice("status", of: Status.self)
        filter.label = call.query.text("label")
        let page = try await store.deposits(filter, after: call.query.after, limit: call.query.limit())
        let statuses = await watch.statuses()
        return .page(page.items.map { json($0, statuses[$0.chain]) }, next: page.next?.text)
    }

    /// The canonical spelling on the chain; without one, that of the first chain that has such an address.
    private func spelling(of text: String, on chain: ChainID?) throws(Problem) -> String {
        if let chain { return try canonical(text, on: self.chain(named: chain.text)).text }
        for id in chains.keys.sorted() {
            if let address = try? chains[id]?.address(text) { return address.text }
        }
        throw Problem(.malformedAddress, "\(quoted(text)) is no address on any configured chain.")
    }

    func showDeposit(_ call: Call) async throws -> Response {
        let id = call.part("id")
        guard let history = try await store.history(of: DepositID(id)) else {
            throw Problem(
                .notFound, "No deposit has the id \(quoted(id)); GET /v1/deposits lists those there are.")
        }
        let status = await watch.statuses()[history.deposit.chain]
        return .json(
            .object([
                "deposit": json(history.deposit, status),
                "history": .array(history.turns.map(Self.json)),
                "deliveries": .array(history.deliveries.map { Self.json($0, withAttempts: true) }),
            ]))
    }

    /// The fields of an event's `data`, as they are now.
    private func json(_ deposit: Deposit, _ status: ChainStatus?) -> JSONText {
        let transfer = deposit.transfer
        let asset = chains[deposit.chain]?.spec.rules.assets[transfer.asset]
        let tip = status?.scanned?.height
        let confirmations = tip.flatMap { tip in deposit.block?.height.confirmations(under: tip) }
        return .object([
            "id": .string(deposit.id.text), "sequence": .integer(Int64(deposit.sequence)),
            "status": .string(deposit.state.status.rawValue), "chain": .string(deposit.chain.text),
            "asset": .string(transfer.asset.text), "contract": .optional(asset?.contract),
            "amount": .string(transfer.amount.description),
            "decimals": asset.map { .integer(Int64($0.decimals)) } ?? .null,
            "address": .string(transfer.to.text), "memo": .optional(transfer.to.memo),
            "label": .optional(deposit.label), "transaction": .string(transfer.transaction.text),
            "position": .string(transfer.position.text), "from": .array(transfer.from.map { .string($0) }),
            "block": deposit.block.map(Self.json) ?? .null,
            "confirmations": .integer(Int64(confirmations ?? 0)),
            "required": Self.json(deposit.requirement, maturity: transfer.maturity),
            "displaced_block": deposit.displacedBlock.map(Self.json) ?? .null,
            "waits_for": .optional(status?.settling(deposit)),
            "reason": .optional(deposit.doubt?.rawValue), "below_minimum": .bool(deposit.isSilent),
        ])
    }

    private static func json(_ requirement: Requirement, maturity: UInt64) -> JSONText {
        var fields: [JSONText.Field] = []
        if requirement.depth != nil || maturity > 1 {
            let depth = max(requirement.depth ?? 1, maturity)
            fields.append(JSONText.Field(name: "depth", value: .integer(Int64(depth))))
        }
        if requirement.finality {
            fields.append(JSONText.Field(name: "finality", value: .string("finalized")))
        }
        fields.append(JSONText.Field(name: "rule", value: .string(requirement.rule)))
        return .object(fields)
    }

    private static func json(_ turn: DepositHistory.Turn) -> JSONText {
        .object([
            "status": .string(turn.status.rawValue), "block": turn.block.map(json) ?? .null,
            "reason": .optional(turn.doubt?.rawValue), "at": .string(turn.at.description),
            "event": turn.event.map(json) ?? .null,
        ])
    }

    static func json(_ block: BlockRef) -> JSONText {
        .object([
            "height": .integer(block.height), "hash": .string(block.hash.text),
            "time": .string(block.time.description),
        ])
    }
}

extension Deposit {
    /// Why it is under review; nil in every other state.
    fileprivate var doubt: Doubt? {
        if case .review(let doubt, _) = state { doubt } else { nil }
    }
}

extension ChainStatus {
    /// What a detected deposit waits for besides its policy: that a later block proves what its own holds.
    fileprivate func settling(_ deposit: Deposit) -> String? {
        guard let unproven, case .detected(let block) = deposit.state, block.height >= unproven else {
            return nil
        }
        return "a later block that settles block \(block.height) and so proves its receipts; "
            + "block \(unproven) is the next to be settled" + (hold.map { ": \($0)" } ?? "")
    }
}
