import ChainKit
import DepositCore
import DepositEngine
import DepositStore
import Foundation
import NodeRPC

/// Our side of a benchmark: the real pipeline over a store in a file, from the first block to the last.
struct BenchScan {
    let benchmark: ScanBenchmark
    let folder: BenchFolder
    let port: Int
    let blocks: Int
    /// How many nodes are followed, all of which must agree.
    var nodes = 1

    /// What was counted against the generator's truth: deposits missing from the store, or in it without being real,
    /// are wrong.
    func run() async throws -> BenchFigures {
        let store = try Store(at: .file(folder.path("scan-\(getpid()).db")))
        var (pipeline, council) = try await open(store)
        let start = ProcessorTime.used
        try await follow(&pipeline, council)
        let used = ProcessorTime.used - start
        let (found, wrong) = try await judge(store)
        await store.close()
        return BenchFigures(
            milliseconds: used * 1_000, residentKilobytes: ProcessorTime.mostResidentKilobytes, hits: found,
            wrong: wrong)
    }

    /// The pipeline of a chain that is new to the store, and the nodes it follows.
    func open(_ store: Store) async throws -> (Pipeline, Council) {
        let chain = try benchmark.chain()
        let settings = Watcher.Settings(chain.spec, from: 1, agree: nodes)
        let (pipeline, _) = try await Pipeline.open(
            chain, store: store, watching: try await watching(chain, store), clock: SystemClock(),
            settings: settings, nodes: nodes)
        let seats = try (0..<nodes).map { place in
            let node = Node(try NodeEndpoint("http://127.0.0.1:\(port)/"))
            return Seat(place: place, node: ChainNode(name: node.name, adapter: chain.adapter(on: node)))
        }
        return (pipeline, Council(seats))
    }

    private func watching(_ chain: any Chain, _ store: Store) async throws -> LiveWatchlist {
        _ = try await store.openChain(chain.spec.id, window: chain.spec.reorgWindow)
        let addresses = try folder.lines(.addresses).map { NewAddress(try chain.address($0)) }
        _ = try await store.add(addresses, on: chain.spec.id, now: SystemClock().now)
        return try await LiveWatchlist.load(chain.spec.id, from: store)
    }

    private func follow(_ pipeline: inout Pipeline, _ council: Council) async throws {
        var scanned = 0
        while scanned < blocks {
            if pipeline.isBeatDue { scanned += connected(in: try await pipeline.beat(council)) }
            let turn = try await pipeline.turn(council.seats[0], in: council)
            guard !turn.isIdle else {
                throw Exit(
                    code: .software, message: "the scan stood still after \(scanned) of \(blocks) blocks")
            }
            scanned += connected(in: turn)
        }
    }

    private func connected(in turn: Turn) -> Int {
        turn.changes.count { if case .connect = $0.move { true } else { false } }
    }

    /// How many of the real deposits are stored, and how many are missing or made up.
    func judge(_ store: Store) async throws -> (found: Int, wrong: Int) {
        let truth = Set(try folder.lines(.deposits))
        var stored: Set<String> = []
        var cursor: DepositStore.Cursor?
        repeat {
            let page = try await store.deposits(DepositFilter(), after: cursor, limit: 1_000)
            for deposit in page.items {
                stored.insert("\(deposit.transfer.transaction) \(deposit.transfer.position)")
            }
            cursor = page.next
        } while cursor != nil
        return (stored.intersection(truth).count, stored.symmetricDifference(truth).count)
    }
}

/// Processor time and memory of this process, by `getrusage`.
enum ProcessorTime {
    /// Seconds, user and system together.
    static var used: Double {
        let usage = usage
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    static var mostResidentKilobytes: Int { usage.ru_maxrss }

    private static var usage: rusage {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(RUSAGE_SELF.rawValue, &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        return usage
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }
}
