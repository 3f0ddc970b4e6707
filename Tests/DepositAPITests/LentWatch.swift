import DepositAPI
import DepositCore
import DepositStore
import Synchronization

/// What a daemon would lend: it says what it is told to say, and remembers what was asked of it.
final class LentWatch: WatchControl {
    struct Added: Equatable {
        let chain: ChainID
        let keys: [[UInt8]]
        let generation: Int64
    }

    struct State {
        var statuses: [ChainID: ChainStatus] = [:]
        var added: [Added] = []
        var resumed: [ChainID] = []
        var halted: [String] = []
        var rewound: [String] = []
        var retries = 0
    }

    let state = Mutex(State())

    func statuses() async -> [ChainID: ChainStatus] { state.withLock { $0.statuses } }

    func addressesAdded(on chain: ChainID, keys: [[UInt8]], generation: Int64) {
        state.withLock { $0.added.append(Added(chain: chain, keys: keys, generation: generation)) }
    }

    func halt(_ chain: ChainID, reason: String) async throws -> Halting {
        state.withLock { state in
            if case .halted = state.statuses[chain]?.state { return .haltedAlready }
            state.halted.append("\(chain): \(reason)")
            return .halting
        }
    }

    func rewind(_ chain: ChainID, to height: Height) async throws -> Rewinding {
        state.withLock { state in
            guard case .halted = state.statuses[chain]?.state else { return .notHalted }
            state.rewound.append("\(chain) to \(height)")
            return .rewinding
        }
    }

    func resume(_ chain: ChainID) async throws -> Resumption {
        state.withLock { state in
            guard case .halted = state.statuses[chain]?.state else { return .notHalted }
            state.resumed.append(chain)
            return .resumed
        }
    }

    func test(callback: String) async -> Trial? {
        let attempt = Attempt(at: World.now, milliseconds: 7, answer: .status(204), excerpt: "thanks")
        return callback == "ledger" ? Trial(event: EventID("evt_test"), attempt: attempt, isTaken: true) : nil
    }

    func deliveriesWaiting() async { state.withLock { $0.retries += 1 } }

    func set(_ chain: ChainID, to state: ChainStatus.State) {
        self.state.withLock { $0.statuses[chain, default: ChainStatus(.starting)].state = state }
    }
}
