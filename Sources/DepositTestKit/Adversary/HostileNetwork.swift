internal import DepositCore
internal import NodeRPC
internal import Synchronization

/// The truth of a world with liars: the honest chain, every honest node's view of it, and what the liars make up.
///
/// Between two steps all answers are settled, but for those that change with each question: they do not depend on who
/// is asked first.
struct HostileNetwork: Sendable {
    let rules: HostileRules
    var tree = BlockTree()
    /// By the node's place; nil for a liar.
    /// Peace is made, and nobody lies any more.
    var areLiarsCured = false
    var honest: [Int: HonestNode] = [:]
    var liars: [Int: Liar] = [:]
    var now: Int64
    /// The highest block that the honest network calls final.
    var final: Int?
    /// Where the daemon stands, as the liars know.
    var ours: Int?
    var random: SeededRandom
    /// Honest blocks that were mined since the oracle last looked.
    var news: [Int] = []
    /// Payments that were made lately and may be mined on any branch.
    var recent: [SimulatedPayment] = []
    /// Invented blocks that were paid for in work.
    var paid: Set<Int> = []
    /// Paid blocks that the liars can still afford.
    var purse = 1
    var serial = 0
    var mined = 0
    /// How many questions each node was asked for its head.
    var questions: [Int: UInt64] = [:]
    var step: UInt64 = 0
    let seed: UInt64
    var habits: HonestHabits

    static let addresses = 6

    init(seed: UInt64, _ rules: HostileRules, start: Int64) {
        self.seed = seed
        self.rules = rules
        var random = SeededRandom(seed: seed ^ 0x6c69_6172_73)
        habits = HonestHabits(&random, from: start)
        now = start - Int64(rules.boot * HostileRules.beat)
        let genesis = tree.add(on: nil, [], at: Timestamp(seconds: now))
        var places = Array(0..<rules.nodes)
        for index in places.indices { places.swapAt(index, random.roll(0...index)) }
        for place in places.prefix(rules.liars) { liars[place] = Liar() }
        for place in places.dropFirst(rules.liars) {
            var node = HonestNode(tip: genesis)
            node.lag = random.pick([0, 0, 3, 9, 18])
            if honest.count < rules.dead { node.downUntil = .max / 2 }
            honest[place] = node
        }
        self.random = random
        for _ in 0..<rules.boot {
            now += Int64(HostileRules.beat)
            mine(isBoot: true)
        }
        if self.random.once(in: 4), let place = honest.keys.sorted().first {
            honest[place]?.keptFrom = Height(UInt64(self.random.roll(1...rules.boot))) ?? 0
        }
        now = start
        settleFinality()
        for place in honest.keys { honest[place]?.note(at: now) }
        for place in liars.keys.sorted() { replan(place) }
        scheme()
    }

    var places: [Int] { honest.keys.sorted() }

    /// The highest of the honest nodes' tips.
    var best: Int {
        let tips = places.compactMap { honest[$0]?.tip }
        let sound = tips.filter { tip in final.map { tree.contains($0, in: tip) } ?? true }
        return (sound.isEmpty ? tips : sound).max { tree.height($0) < tree.height($1) } ?? 0
    }

    /// Whether one is the other, or stands on it.
    func isOneChain(_ left: Int, _ right: Int) -> Bool {
        tree.contains(left, in: right) || tree.contains(right, in: left)
    }

    /// Chance that does not depend on who asks first.
    func chance(_ place: Int, _ call: UInt64, _ about: UInt64) -> Int {
        Int(SeededRandom.hash(seed, step, UInt64(place), questions[place] ?? 0, call, about) >> 2)
    }

    static func sender(of payment: SimulatedPayment) -> String { "sender-\(payment.identity.transaction)" }
}

/// The network, seen by the world that moves it and by every adapter that asks it.
final class HostileShare: Sendable {
    private let network: Mutex<HostileNetwork>

    init(_ network: HostileNetwork) {
        self.network = Mutex(network)
    }

    func with<Value: Sendable, Failure: Error>(
        _ body: (inout HostileNetwork) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try network.withLock { network throws(Failure) in try body(&network) }
    }
}
