internal import NodeRPC

/// What `eth_syncing` answers: `false`, or an object that says how far the node has come.
///
/// Go-ethereum and BSC give the object also at the head of the chain, for as long as they build an index of it
/// (`SyncProgress.Done`), and so does Nethermind while it fetches old receipts; Erigon and reth say in `stages` how far
/// each part of the work has come, those that build indexes among them.
struct SyncProgress {
    private enum Told {
        case nothing
        /// Of indexes alone.
        case indexes
        case blocks(current: UInt64?, highest: UInt64?, isIndexing: Bool)
    }

    private let told: Told

    /// Blocks that a node may lack and is at its head all the same: they are on their way to it.
    private static let arriving: UInt64 = 2
    /// As many, of a node that says that it is busy with an index.
    private static let arrivingBesides: UInt64 = 8

    init(_ json: JSON) {
        told = Self.read(json)
    }

    private static func read(_ json: JSON) -> Told {
        guard json.bool != false, !json.isNull else { return .nothing }
        let names = json.members.map { String(decoding: $0.0, as: UTF8.self).lowercased() }
        guard names.isEmpty || !names.allSatisfy({ $0.contains("index") }) else { return .indexes }
        let current = number(json.member("currentBlock"))
        var highest = number(json.member("highestBlock"))
        var isIndexing = zip(names, json.members).contains { name, member in
            name.contains("index") && name.contains("remaining") && number(member.1) != 0
        }
        for stage in json.member("stages").map({ Array($0.elements) }) ?? [] {
            let reached = number(stage.member("block_number") ?? stage.member("block"))
            guard let reached, let current else { continue }
            if reached < current { isIndexing = true }
            highest = max(highest ?? 0, reached)
        }
        return .blocks(current: current, highest: highest, isIndexing: isIndexing)
    }

    private static func number(_ json: JSON?) -> UInt64? {
        json?.hex?.unsigned ?? json?.unsigned
    }

    /// How far it is, where it is behind; nil where it is at its head, or tells nothing.
    var lag: String? {
        guard case .blocks(let current, let highest, let isIndexing) = told else { return nil }
        let words = "block \(current.map(String.init) ?? "?") of \(highest.map(String.init) ?? "?")"
        // Without an index that explains it, at block 0 nothing was followed yet, whatever is named as the highest.
        guard let current, let highest, current > 0 || isIndexing else { return words }
        guard highest > current else { return nil }
        return highest - current <= (isIndexing ? Self.arrivingBesides : Self.arriving) ? nil : words
    }
}
