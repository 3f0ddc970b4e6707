internal import DepositCore
internal import DepositStore
internal import Hummingbird

extension Calls {
    /// The process answers: nothing else is asked, for a restart would mend nothing else.
    func live() -> Response {
        .json(.object(["alive": .bool(true)]))
    }

    /// 200 while the store works and every chain is followed; else 503.
    ///
    /// A read token is told which chain is not, why, and what to do; without one only the states: the whole words name
    /// nodes and files, which are nobody else's business.
    func ready(_ call: Call) async -> Response {
        let statuses = await watch.statuses()
        let known = Set(statuses.keys).union(chains.keys)
        let states = known.sorted().map { (chain: $0, state: statuses[$0]?.state ?? .starting) }
        let notReady = states.filter { $0.state != .following }
        let store = await storeProblem()
        let isReady = notReady.isEmpty && store == nil
        let words = call.scope.map { $0 >= .read } == true ? Self.fullWords : Self.publicWords
        return .json(
            .object([
                "ready": .bool(isReady), "store": .string(words.store(store)),
                "chains": .integer(Int64(known.count)),
                "following": .integer(Int64(known.count - notReady.count)),
                "not_ready": .array(notReady.map { words.chain($0.chain, $0.state) }),
            ]),
            status: isReady ? .ok : .serviceUnavailable)
    }

    private func storeProblem() async -> StoreError? {
        if let error = store.failed { return error }
        do {
            _ = try await store.events(after: nil, limit: 1)
            return nil
        } catch {
            return error
        }
    }

    /// How a store and a chain that are not ready are told of.
    private struct ReadinessWords {
        let store: (StoreError?) -> String
        let chain: (ChainID, ChainStatus.State) -> JSONText
    }

    /// For anybody: no node, no file, no reason.
    private static var publicWords: ReadinessWords {
        ReadinessWords(
            store: { $0.map { _ in "failed" } ?? "works" },
            chain: { .object(["chain": .string($0.text), "state": .string($1.word)]) })
    }

    /// For those who may read.
    private static var fullWords: ReadinessWords {
        ReadinessWords(
            store: { $0?.description ?? "works" },
            chain: {
                .object([
                    "chain": .string($0.text), "state": .string($1.word), "reason": .optional($1.reason),
                    "remedy": .optional($1.remedy(for: $0)),
                ])
            })
    }
}
