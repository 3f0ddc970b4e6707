internal import DepositCore
internal import NodeRPC

/// How often the nodes of a chain are heard, and how long any of them is waited for.
struct Pace: Sendable {
    /// Between two soundings of all nodes, in milliseconds: the block interval, but 2 s at least and 60 s at most.
    let beat: Int
    /// After this a turn takes nothing more beyond what it has read, in milliseconds: a beat, but ten seconds at least.
    var turn: Int { max(beat, 10_000) }
    /// Nodes that are sounded side by side.
    let soundingsAtOnce: Int
    private let clock: any EngineClock

    init(blockInterval: Int, soundingsAtOnce: Int, clock: any EngineClock) {
        beat = Self.beat(of: blockInterval)
        self.soundingsAtOnce = soundingsAtOnce
        self.clock = clock
    }

    static func beat(of blockInterval: Int) -> Int { min(max(blockInterval, 2_000), 60_000) }

    /// What a node answers before the next beat; `timedOut` after that.
    func withinBeat<Value: Sendable>(
        _ node: ChainNode, _ ask: @escaping @Sendable () async throws(NodeError) -> Value
    ) async -> Result<Value, NodeError> {
        let answer = await clock.within(beat) { () async -> Result<Value, NodeError> in
            do throws(NodeError) { return .success(try await ask()) } catch { return .failure(error) }
        }
        let late = NodeError(node: node.name, fault: .timedOut("\(beat / 1_000) s, a beat"))
        return answer ?? .failure(late)
    }
}
