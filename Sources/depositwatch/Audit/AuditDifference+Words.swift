import DepositCore
import DepositEngine

extension AuditDifference {
    var name: String {
        switch self {
        case .unscanned: "unscanned"
        case .header: "header"
        case .missing: "missing"
        case .unfounded: "unfounded"
        case .fact(let fact, _, _, _): fact.rawValue
        case .nodes: "nodes"
        }
    }

    /// The height, or the heights.
    var place: String {
        switch self {
        case .unscanned(let heights):
            heights.lowerBound == heights.upperBound
                ? "\(heights.lowerBound)" : "\(heights.lowerBound)-\(heights.upperBound)"
        case .header(let header, _): "\(header.height)"
        case .missing(_, let block, _): "\(block.height)"
        case .nodes(_, let block, _, _): "\(block.header.height)"
        case .unfounded(let deposit, _), .fact(_, let deposit, _, _): "\(deposit.block?.height ?? 0)"
        }
    }

    /// For people, on one line.
    var words: String {
        switch self {
        case .unscanned:
            "never scanned"
        case .header(let stored, let shown) where stored.hash == shown.hash:
            "\(stored.hash) is stored on \(stored.parent) at \(stored.block.time), "
                + "and stands on \(shown.parent) at \(shown.block.time)"
        case .header(let stored, let shown):
            "\(stored.hash) is stored, the node shows \(shown.hash)"
        case .missing(let transfer, let block, let stored):
            "\(transfer.words) is in block \(block.hash), the store has \(stored.map(\.standing) ?? "none")"
        case .unfounded(let deposit, let block):
            "\(deposit.id) \(deposit.transfer.words) is stored as \(deposit.standing), "
                + "block \(block.hash) does not hold it"
        case .fact(_, let deposit, let stored, let shown):
            "\(deposit.id) \(deposit.transfer.words): \(stored) is stored, the node shows \(shown)"
        case .nodes(let one, let first, let other, let second):
            Self.words(one, first) + ", and " + Self.words(other, second)
        }
    }

    /// What a node shows of a block.
    private static func words(_ node: String, _ block: Block) -> String {
        let held = block.transfers.map(\.words).sorted().joined(separator: ", ")
        return "\(node) shows \(block.header.hash) with \(held.isEmpty ? "no transfer" : held)"
    }

    /// For programs. `stored` and `shown` are null where there is nothing.
    var json: JSONValue {
        var fields: [String: JSONValue] = ["difference": .text(name)]
        switch self {
        case .unscanned(let heights):
            fields["height"] = heights.lowerBound.json
            fields["through"] = heights.upperBound.json
        case .header(let stored, let shown):
            fields["height"] = shown.height.json
            fields["stored"] = stored.json
            fields["shown"] = shown.json
        case .missing(let transfer, let block, let stored):
            fields["height"] = block.height.json
            fields["deposit"] = .object(transfer.json)
            fields["stored"] = stored.map { .text($0.standing) } ?? .null
            fields["shown"] = .text(block.hash.text)
        case .unfounded(let deposit, let block):
            fields["height"] = block.height.json
            fields["deposit"] = .object(deposit.json)
            fields["stored"] = .text(deposit.standing)
            fields["shown"] = .null
            fields["block"] = .text(block.hash.text)
        case .fact(_, let deposit, let stored, let shown):
            fields["height"] = (deposit.block?.height ?? 0).json
            fields["deposit"] = .object(deposit.json)
            fields["stored"] = .text(stored)
            fields["shown"] = .text(shown)
        case .nodes(let one, let first, let other, let second):
            fields["height"] = first.header.height.json
            fields["stored"] = .null
            fields["shown"] = .text(Self.words(one, first))
            fields["other"] = .text(Self.words(other, second))
        }
        return .object(fields)
    }
}

extension Height {
    fileprivate var json: JSONValue { .integer(Int64(clamping: rawValue)) }
}

extension Header {
    fileprivate var json: JSONValue {
        .object([
            "hash": .text(hash.text), "parent": .text(parent.text), "time": .text("\(block.time)"),
        ])
    }
}

extension Transfer {
    fileprivate var words: String { "\(transaction) \(position): \(amount) \(asset) to \(to.text)" }

    fileprivate var json: [String: JSONValue] {
        [
            "transaction": .text(transaction.text), "position": .text(position.text),
            "asset": .text(asset.text), "amount": .text("\(amount)"), "address": .text(to.text),
            "memo": to.memo.map { .text($0) } ?? .null,
        ]
    }
}

extension Deposit {
    /// Such as `confirmed in block 12 0x…`.
    fileprivate var standing: String {
        if let block { return "\(state.status) in block \(block.height) \(block.hash)" }
        if let block = displacedBlock { return "\(state.status) from block \(block.height) \(block.hash)" }
        return "\(state.status)"
    }

    fileprivate var json: [String: JSONValue] {
        transfer.json.merging(["id": .text(id.text)]) { $1 }
    }
}
