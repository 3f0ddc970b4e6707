internal import DepositCore
internal import DepositStore
internal import Hummingbird

extension Calls {
    /// The process answers: nothing else is asked, for a restart would mend nothing else.
    func live() -> Response {
        .json(.object(["alive": .bool(true)]))
    }

    /// 200 while the store works and every chain is followed; else 503: which is not, why, and what to do.
    func ready() async -> Response {
        let statuses = await watch.statuses()
        let notReady = Set(statuses.keys).union(chains.keys).sorted().filter {
            statuses[$0]?.state != .following
        }
        let store = await storeProblem()
        let isReady = notReady.isEmpty && store == nil
        return .json(
            .object([
                "ready": .bool(isReady), "store": .string(store ?? "works"),
                "not_ready": .array(notReady.map { Self.readiness($0, statuses[$0]?.state ?? .starting) }),
            ]),
            status: isReady ? .ok : .serviceUnavailable)
    }

    private func storeProblem() async -> String? {
        if let error = store.failed { return error.description }
        do {
            _ = try await store.events(after: nil, limit: 1)
            return nil
        } catch {
            return error.description
        }
    }

    private static func readiness(_ chain: ChainID, _ state: ChainStatus.State) -> JSONText {
        .object([
            "chain": .string(chain.text), "state": .string(state.word), "reason": .optional(state.reason),
            "remedy": .optional(state.remedy(for: chain)),
        ])
    }
}
