internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import Hummingbird

/// What an operator may have a chain do. Each takes effect with the chain's next turn.
extension Calls {
    /// Stops a chain where it stands, until it is resumed.
    func haltChain(_ call: Call) async throws -> Response {
        let chain = try chain(inPathOf: call).spec.id
        let reason = try call.decode(HaltOrder.self).reason
        guard !reason.isEmpty, reason.utf8.count <= HaltOrder.mostBytes else {
            throw Problem(
                .badBody,
                "reason says to others why the chain is halted, in 1 to \(HaltOrder.mostBytes) bytes.")
        }
        let summary = try await summary(of: chain)
        if summary?.halt != nil { throw haltedAlready(chain) }
        guard summary?.tip != nil else {
            throw Problem(
                .nothingScanned, "Nothing of \(chain) has been scanned yet, so there is nothing to halt.")
        }
        guard try await watch.halt(chain, reason: reason) == .halting else { throw haltedAlready(chain) }
        return .json(.object(["chain": .string(chain.text), "halted": .bool(true)]), status: .accepted)
    }

    /// Takes a halted chain back to a height: what lies above is undone, as by a reorg, and nothing is deleted.
    func rewindChain(_ call: Call) async throws -> Response {
        let chain = try chain(inPathOf: call).spec.id
        let order = try call.decode(RewindOrder.self)
        guard let height = Height(order.height) else {
            throw Problem(.badBody, "height is \(order.height), which is no height.")
        }
        guard let summary = try await summary(of: chain), summary.halt != nil, let tip = summary.tip else {
            throw notHalted(chain, "halt it first, so that nothing moves meanwhile: POST …/halt")
        }
        guard height < tip.height else {
            throw Problem(
                .unfitHeight,
                "\(chain) stands at \(tip.height), so it can go back to a height below that, not to \(height)."
            )
        }
        guard try await watch.rewind(chain, to: height) == .rewinding else {
            throw notHalted(chain, "halt it first, so that nothing moves meanwhile: POST …/halt")
        }
        return .json(
            .object(["chain": .string(chain.text), "rewound_to": .integer(height)]), status: .accepted)
    }

    /// Lets a halted chain follow the nodes' chain, whatever it undoes.
    func resumeChain(_ call: Call) async throws -> Response {
        let chain = try chain(inPathOf: call).spec.id
        guard try await watch.resume(chain) == .resumed else {
            throw notHalted(chain, "so there is nothing to resume; GET /v1/chains tells how it is")
        }
        return .json(.object(["chain": .string(chain.text), "resumed": .bool(true)]), status: .accepted)
    }

    private func summary(of chain: ChainID) async throws -> ChainSummary? {
        try await store.chains().first { $0.chain == chain }
    }

    private func notHalted(_ chain: ChainID, _ cure: String) -> Problem {
        Problem(.chainNotHalted, "\(chain) is not halted; \(cure).")
    }

    private func haltedAlready(_ chain: ChainID) -> Problem {
        Problem(.chainHalted, "\(chain) is halted already; GET /v1/chains tells why and since when.")
    }
}
