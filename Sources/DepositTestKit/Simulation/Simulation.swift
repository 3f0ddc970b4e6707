/// Many simulated worlds, each from a seed of its own, and what was wrong in them.
public struct Simulation: Sendable {
    /// What a world is full of.
    public enum Trouble: String, Sendable {
        /// Forks, faults and crashes; receivers that refuse.
        case faults
        /// Nodes that lie, as many as may, with every power that a liar has.
        case adversary
    }

    /// A world in which a promise was broken, and how to see it again.
    public struct Failure: Sendable, CustomStringConvertible {
        public let seed: UInt64
        public let blocks: Int
        public let complaints: [String]
        /// What the command needs beside seed and length.
        let options: String

        public var description: String {
            let shown = complaints.prefix(8).map { "  \($0)" }.joined(separator: "\n")
            return "seed \(seed) broke a promise\n\(shown)\n"
                + "  again: depositwatch simulate\(options) --first \(seed) --seeds 1 --blocks \(blocks)"
        }
    }

    /// What came of them all.
    public struct Report: Sendable {
        public private(set) var worlds = 0
        public private(set) var events = 0
        /// Payments that were confirmed in adversarial worlds.
        public private(set) var confirmed = 0
        /// The same for the same events.
        public private(set) var fingerprint: UInt64 = 0
        public private(set) var failures: [Failure] = []

        fileprivate mutating func note(_ result: Result) {
            worlds += 1
            events += result.events
            confirmed += result.confirmed
            fingerprint &+= result.fingerprint
            if let failure = result.failure { failures.append(failure) }
        }
    }

    fileprivate struct Result: Sendable {
        var events = 0
        var confirmed = 0
        var fingerprint: UInt64 = 0
        var failure: Failure?
    }

    public let blocks: Int
    public let trouble: Trouble
    /// Of adversarial worlds; nil: every world has its own.
    public let nodes: Nodes?

    public init(blocks: Int = 500, _ trouble: Trouble = .faults, nodes: Nodes? = nil) {
        self.blocks = blocks
        self.trouble = trouble
        self.nodes = nodes
    }

    /// Seeds that once broke a promise, each for a reason that is mended. They are run for ever.
    public static let onceFailed: [UInt64] = [48, 102, 144, 1_539]

    /// The same of adversarial worlds.
    public static let onceFailedAdversary: [UInt64] = [190, 579, 1_383, 1_508]

    /// Runs one world for each seed, so many at a time.
    ///
    /// - Parameter failed: told at once of each world that broke a promise.
    public func run(
        _ seeds: [UInt64], atOnce: Int, failed: @escaping @Sendable (Failure) -> Void = { _ in }
    ) async -> Report {
        await withTaskGroup(of: Result.self) { group in
            var waiting = seeds[...]
            for _ in 0..<max(1, atOnce) {
                if let seed = waiting.popFirst() { group.addTask { await world(seed) } }
            }
            var report = Report()
            while let result = await group.next() {
                report.note(result)
                if let failure = result.failure { failed(failure) }
                if let seed = waiting.popFirst() { group.addTask { await world(seed) } }
            }
            return report
        }
    }

    private func world(_ seed: UInt64) async -> Result {
        switch trouble {
        case .faults: await worldOfFaults(seed)
        case .adversary: await hostileWorld(seed)
        }
    }

    private func hostileWorld(_ seed: UInt64) async -> Result {
        var complaints: [String] = []
        var result = Result()
        do {
            var world = try await HostileWorld(seed: seed, nodes)
            do {
                try await world.live(blocks: blocks)
            } catch {
                complaints.append("the world ended early: \(error)")
            }
            complaints = world.complaints + complaints
            (result.events, result.fingerprint) = (world.oracle.told, world.oracle.fingerprint)
            result.confirmed = world.oracle.confirmed
            await world.end()
        } catch {
            complaints.append("the world did not begin: \(error)")
        }
        if !complaints.isEmpty { result.failure = failure(seed, complaints) }
        return result
    }

    private var options: String {
        let kind = trouble == .adversary ? " --adversary" : ""
        return kind + (nodes.map { " \($0)" } ?? "")
    }

    private func failure(_ seed: UInt64, _ complaints: [String]) -> Failure {
        Failure(seed: seed, blocks: blocks, complaints: complaints, options: options)
    }

    private func worldOfFaults(_ seed: UInt64) async -> Result {
        var complaints: [String] = []
        var result = Result()
        do {
            var world = try await SimulatedWorld(seed: seed)
            do {
                try await world.live(blocks: blocks)
            } catch {
                complaints.append("the world ended early: \(error)")
            }
            complaints = world.complaints + complaints
            (result.events, result.fingerprint) = (world.oracle.told, world.oracle.fingerprint)
            await world.end()
        } catch {
            complaints.append("the world did not begin: \(error)")
        }
        if !complaints.isEmpty { result.failure = failure(seed, complaints) }
        return result
    }
}
