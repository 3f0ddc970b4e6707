internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import Hummingbird

/// What the calls work on. Each call is a method in a file of its topic: `Calls+Addresses.swift`, …
struct Calls: Sendable {
    let store: Store
    let chains: [ChainID: any Chain]
    let watch: any WatchControl
    let callbackControl: any CallbackControl
    let metrics: MetricsRegistry
    let bell: FeedBell
    let now: @Sendable () -> Timestamp

    /// A configured chain that a query or a body names.
    func chain(named name: String) throws(Problem) -> any Chain {
        let id = ChainID(name)
        guard let chain = chains[id] else {
            throw Problem(.unknownChain, "No chain \(quoted(name)) is configured here; \(configured).")
        }
        return chain
    }

    /// A configured chain that the path names: a 404 for any other.
    func chain(inPathOf call: Call) throws(Problem) -> any Chain {
        guard let chain = chains[ChainID(call.part("chain"))] else {
            throw Problem(
                .notFound, "No chain \(quoted(call.part("chain"))) is configured here; \(configured).")
        }
        return chain
    }

    var callbacks: [CallbackCard] { callbackControl.cards }

    /// A callback that a path or a body names.
    func callback(named name: String) throws(Problem) -> CallbackCard {
        let callbacks = callbacks
        if let callback = callbacks.first(where: { $0.name == name }) { return callback }
        let names = callbacks.map(\.name).joined(separator: ", ")
        throw Problem(
            .notFound,
            "There is no callback \(quoted(name)); "
                + (names.isEmpty ? "there is none." : "there are: \(names)."))
    }

    private var configured: String {
        let names = chains.keys.sorted().map(\.text).joined(separator: ", ")
        return names.isEmpty ? "none is" : "configured are \(names)"
    }

    /// An address in its one spelling; a text that is none is the client's mistake in the query.
    func canonical(_ text: String, on chain: any Chain) throws(Problem) -> Address {
        do {
            return try chain.address(text)
        } catch {
            throw Problem(.malformedAddress, "\(quoted(text)) is no address on \(chain.spec.id): \(error).")
        }
    }
}
