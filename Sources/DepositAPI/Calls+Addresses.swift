internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import Hummingbird

extension Calls {
    /// Stores all of them or none, and answers once they are watched.
    func putAddresses(_ call: Call) async throws -> Response {
        let batch = try call.decode(AddressBatch.self)
        let chain = try chain(named: batch.chain)
        let addresses = try batch.resolved(on: chain)
        let registration = try await store.add(addresses, on: chain.spec.id, now: now()) {
            [watch] registration in
            watch.addressesAdded(
                on: chain.spec.id, keys: addresses.map(\.address.key), generation: registration.generation)
        }
        return .json(
            .object([
                "chain": .string(chain.spec.id.text), "accepted": .integer(Int64(addresses.count)),
                "added": .integer(Int64(registration.added)), "backfill": .bool(registration.needsBackfill),
            ]))
    }

    /// One chain after the other, in the order of their names.
    func listAddresses(_ call: Call) async throws -> Response {
        let limit = try call.query.limit()
        let filter = AddressFilter(label: call.query.text("label"), prefix: call.query.text("prefix"))
        var place = try AddressPlace(call.query, chains: chains)
        var items: [JSONText] = []
        while let chain = place.chain, items.count < limit {
            let page = try await store.addresses(
                on: chain, filter, after: place.after, limit: limit - items.count)
            items += page.items.map(Self.json)
            place.advance(past: page.next)
        }
        return .page(items, next: place.cursor)
    }

    func showAddress(_ call: Call) async throws -> Response {
        let chain = try chain(inPathOf: call)
        let address = try canonical(call.part("address"), on: chain)
        guard let watched = try await store.watched(address, on: chain.spec.id) else {
            throw notWatched(address, on: chain)
        }
        return .json(Self.json(watched))
    }

    func removeAddress(_ call: Call) async throws -> Response {
        let chain = try chain(inPathOf: call)
        let address = try canonical(call.part("address"), on: chain)
        guard try await store.remove(address, on: chain.spec.id) else {
            throw notWatched(address, on: chain)
        }
        return Response(status: .noContent)
    }

    private func notWatched(_ address: Address, on chain: any Chain) -> Problem {
        Problem(
            .notFound, "\(address.text) is not watched on \(chain.spec.id); PUT /v1/addresses makes it so.")
    }

    static func json(_ watched: WatchedAddress) -> JSONText {
        .object([
            "chain": .string(watched.chain.text), "address": .string(watched.address.text),
            "memo": .optional(watched.address.memo), "label": .optional(watched.label),
            "from": watched.from.map { .integer($0) } ?? .null, "added": .string(watched.added.description),
        ])
    }
}

/// Where a walk over the addresses of several chains stands: `chain~cursor`.
private struct AddressPlace {
    private var rest: [ChainID]
    private(set) var after: Cursor?
    private let isOneChain: Bool

    init(_ query: Query, chains: [ChainID: any Chain]) throws(Problem) {
        rest = chains.keys.sorted()
        isOneChain = query.text("chain") != nil
        if let name = query.text("chain") {
            rest = rest.filter { $0.text == name }
            guard !rest.isEmpty else {
                throw Problem(
                    .unknownChain, "No chain \(quoted(name)) is configured here; GET /v1/chains lists them.")
            }
            after = query.after
        } else if let cursor = query.after {
            let parts = cursor.text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, rest.contains(where: { $0.text == parts[0] }) else {
                throw Problem(
                    .badParameter,
                    "after is \(quoted(cursor.text)), which is no cursor of this list; start without it.")
            }
            rest = Array(rest.drop { $0.text != parts[0] })
            after = parts[1].isEmpty ? nil : Cursor(String(parts[1]))
        }
    }

    var chain: ChainID? { rest.first }

    mutating func advance(past next: Cursor?) {
        after = next
        if next == nil { rest.removeFirst() }
    }

    var cursor: String? {
        guard let chain else { return nil }
        return isOneChain ? after?.text : "\(chain)~\(after?.text ?? "")"
    }
}
