internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import Hummingbird

extension Calls {
    /// Every configured chain; there are few, so there is one page.
    func listChains() async throws -> Response {
        let statuses = await watch.statuses()
        let summaries = Dictionary(try await store.chains().map { ($0.chain, $0) }) { first, _ in first }
        let known = Set(statuses.keys).union(chains.keys).sorted()
        return .page(known.map { json($0, statuses[$0], summaries[$0]) }, next: nil)
    }

    private func json(_ chain: ChainID, _ status: ChainStatus?, _ summary: ChainSummary?) -> JSONText {
        let state = status?.state ?? .starting
        var rate: JSONText = .null
        var left: JSONText = .null
        if case .catchingUp(let perSecond, let seconds) = state {
            rate = perSecond.map { .integer(Int64($0)) } ?? .null
            left = seconds.map { .integer(Int64($0)) } ?? .null
        }
        let scanned = status?.scanned ?? summary?.tip
        let agreed: JSONText = status?.agreed.map(Self.json) ?? .null
        let unagreed: JSONText = status?.unagreed.map { .integer(Int64(clamping: $0)) } ?? .null
        let lag: JSONText = status?.lag.map { .integer(Int64($0)) } ?? .null
        return .object([
            "chain": .string(chain.text), "family": .optional(chains[chain]?.spec.family),
            "state": .string(state.word), "reason": .optional(state.reason),
            "remedy": .optional(state.remedy(for: chain)), "node": .optional(status?.node),
            "head": status?.head.map { .integer($0) } ?? .null, "head_age": headAge(of: status),
            "scanned": scanned.map(Self.json) ?? .null,
            "lag": lag,
            "blocks_per_second": rate, "seconds_left": left,
            "finalized": summary?.finalized.map(Self.json) ?? .null,
            "agreed": agreed, "unagreed": unagreed, "agreement": .optional(status?.agreement),
            "unproven": status?.unproven.map { .integer($0) } ?? .null,
            "wait": .optional(status?.wait),
            "hold": .optional(status?.hold), "stall": .optional(status?.stall),
            "backfill_trouble": .optional(status?.backfillTrouble),
            "nodes": .array((status?.nodes ?? []).map(\.json)),
            "halt": summary?.halt.map(Self.json) ?? .null,
            "watched": .integer(Int64(summary?.watched ?? 0)),
            "backfills": .array((summary?.backfills ?? []).map(Self.json)),
            "deposits": Self.json(summary?.deposits ?? [:]),
        ])
    }

    private func headAge(of status: ChainStatus?) -> JSONText {
        status?.headTime.map { .integer(max(0, now().seconds - $0.seconds)) } ?? .null
    }

    private static func json(_ halt: Halt) -> JSONText {
        .object([
            "block": json(halt.block), "reason": .string(halt.reason),
            "since": .string(halt.since.description),
        ])
    }

    private static func json(_ backfill: Backfill) -> JSONText {
        .object([
            "from": .integer(backfill.from), "next": .integer(backfill.next),
            "up_to": .integer(backfill.upTo),
            "addresses": .integer(Int64(backfill.addresses)),
        ])
    }

    /// Every status, with zeros, so that a reader need not know which there are.
    private static func json(_ deposits: [Status: Int]) -> JSONText {
        .object(
            Status.allCases.map {
                JSONText.Field(name: $0.rawValue, value: .integer(Int64(deposits[$0] ?? 0)))
            })
    }
}
