internal import DepositCore
internal import Synchronization

/// The outside of the daemon in one life: it may be killed at any call to a node, and what it has not committed by
/// then is lost.
///
/// No task can be ended from outside at an `await`. So a killed process is left waiting there, and let go only when
/// its world has ended.
final class SimulatedProcess: Sendable {
    /// Why the world has its turn.
    enum Rest: Hashable, Sendable {
        case asleep
        case killed
        case ended(String)
    }

    /// Something that happens while the bodies above a block are on their way.
    struct Interruption: Sendable {
        let above: BlockHash
        let address: Int
        let from: Height?
        let action: @Sendable () async -> Void
    }

    private struct State {
        var sleeper: CheckedContinuation<Void, any Error>?
        var stranded: [CheckedContinuation<Void, Never>] = []
        var isDead = false
        var isReleased = false
        var calls = 0
        /// Chooses the call that it does not survive.
        var doom: UInt64?
        var interruption: Interruption?
    }

    let time: SimulatedTime
    let rests: AsyncStream<Rest>
    private let resting: AsyncStream<Rest>.Continuation
    private let state = Mutex(State())
    /// More than any turn needs: a watcher that does not come to rest is a failure, not a wait.
    private static let callsPerTurn = 100_000

    init(_ time: SimulatedTime) {
        self.time = time
        (rests, resting) = AsyncStream.makeStream()
    }

    // MARK: The daemon's side

    /// A pause between two turns: the world goes on meanwhile.
    func rest(_ milliseconds: Int) async throws {
        if milliseconds == 0, !state.withLock({ $0.isDead }) { return }
        try await withCheckedThrowingContinuation { continuation in
            let isDead = state.withLock { state in
                if !state.isDead { state.sleeper = continuation }
                return state.isDead
            }
            if isDead { continuation.resume(throwing: CancellationError()) } else { resting.yield(.asleep) }
        }
    }

    /// Every call to a node begins here, and some calls are the last ones.
    ///
    /// - Parameter call: what is asked of whom, as a number: chance that does not depend on which call comes first.
    func call(_ call: UInt64) async {
        let rest: Rest? = state.withLock { state in
            state.calls += 1
            if state.isDead { return nil }
            if let doom = state.doom, SeededRandom.hash(doom, call) % 5 == 0 { return .killed }
            return state.calls > Self.callsPerTurn ? .ended("the watcher does not come to rest") : .asleep
        }
        if rest == .asleep { return }
        state.withLock { $0.isDead = true }
        await withCheckedContinuation { continuation in
            let isReleased = state.withLock { state in
                if !state.isReleased { state.stranded.append(continuation) }
                return state.isReleased
            }
            if isReleased { continuation.resume() } else if let rest { resting.yield(rest) }
        }
    }

    var isDead: Bool { state.withLock { $0.isDead } }

    func askForBodies(above parent: BlockHash) async {
        await takeInterruption(above: parent)?.action()
    }

    /// Takes what was to happen, if it has not.
    func takeInterruption(above parent: BlockHash? = nil) -> Interruption? {
        state.withLock { state -> Interruption? in
            guard let interruption = state.interruption, parent ?? interruption.above == interruption.above
            else {
                return nil
            }
            state.interruption = nil
            return interruption
        }
    }

    func end(_ why: String) {
        resting.yield(.ended(why))
    }

    // MARK: The world's side

    /// Lets the daemon go on after its pause.
    func wake(doom: UInt64?, _ interruption: Interruption?) {
        let sleeper = state.withLock { state in
            state.calls = 0
            state.doom = doom
            state.interruption = interruption
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }

    /// Nothing that it has not committed will be.
    func kill() {
        let sleeper = state.withLock { state in
            state.isDead = true
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume(throwing: CancellationError())
    }

    /// Lets go of the calls that it died in.
    func release() {
        let stranded = state.withLock { state in
            state.isReleased = true
            state.isDead = true
            defer { state.stranded = [] }
            return state.stranded
        }
        for call in stranded { call.resume() }
    }
}
