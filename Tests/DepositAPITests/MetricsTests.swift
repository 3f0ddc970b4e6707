import DepositCore
import Foundation
import HTTPTypes
import Metrics
import Synchronization
import Testing

@testable import DepositAPI

struct MetricsTests {
    @Test func `every line is a comment or a sample, and every sample's metric is described before it`()
        async throws
    {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1")])
        _ = try await world.call(.get, "/v1/deposits")
        let answer = try await world.call(.get, "/metrics", as: .read)
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        let sample =
            /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)+\})? (-?[0-9.e+-]+|NaN|[+-]Inf)/
        var described: Set<String> = []
        for line in answer.text.split(separator: "\n") {
            if let match = line.wholeMatch(of: /# HELP ([a-z_]+) (.+)/) {
                #expect(match.2 != "Not described.", "\(match.1) needs a text in MetricHelp")
                #expect(described.insert(String(match.1)).inserted, "\(match.1) stands here twice")
            } else if let match = line.wholeMatch(of: /# TYPE ([a-z_]+) (counter|gauge|histogram)/) {
                #expect(described.contains(String(match.1)))
            } else {
                let match = try #require(line.wholeMatch(of: sample), "\(line)")
                let base = String(match.1).replacing(/_(bucket|sum|count)$/, with: "")
                #expect(described.contains(base) || described.contains(String(match.1)), "\(line)")
            }
        }
        #expect(answer.text.hasSuffix("\n"))
    }

    @Test func `a scrape reads off how chains and callbacks stand`() async throws {
        let world = try await World()
        try await world.mine(1, [World.transfer("tx-1")])
        world.watch.state.withLock { $0.statuses[ChainID("alpha")]?.head = 4 }
        world.watch.set(ChainID("beta"), to: .halted(reason: "deep reorg"))
        let text = try await world.call(.get, "/metrics", as: .read).text
        for line in [
            #"depositwatch_chain_head_height{chain="alpha"} 4"#,
            #"depositwatch_chain_scanned_height{chain="alpha"} 1"#,
            #"depositwatch_chain_lag_blocks{chain="alpha"} 3"#, #"depositwatch_chain_halted{chain="beta"} 1"#,
            #"depositwatch_chain_following{chain="alpha"} 1"#,
            #"depositwatch_pending_backfills{chain="alpha"} 0"#,
            #"depositwatch_deposits_waiting{chain="alpha"} 1"#,
            #"depositwatch_deliveries_waiting{callback="ledger"} 1"#,
            #"depositwatch_oldest_undelivered_event_age_seconds{callback="ledger"} 0"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    @Test func `the same label and dimensions are one series, and label values are escaped`() {
        let registry = MetricsRegistry()
        for _ in 0..<2 {
            Counter(label: "jobs_total", dimensions: [("name", "a\"b\\c\nd")], factory: registry).increment(
                by: 2)
        }
        Gauge(label: "heat", factory: registry).record(1.5)
        #expect(
            registry.exposition() == """
                # HELP heat Not described.
                # TYPE heat gauge
                heat 1.5
                # HELP jobs_total Not described.
                # TYPE jobs_total counter
                jobs_total{name="a\\"b\\\\c\\nd"} 4

                """)
    }

    @Test func `a timer is a histogram in seconds whose buckets add up`() {
        let registry = MetricsRegistry()
        let timer = Metrics.Timer(label: "took_seconds", factory: registry)
        timer.recordMilliseconds(3)
        timer.recordMilliseconds(700)
        timer.recordSeconds(45)
        let lines = registry.exposition().split(separator: "\n")
        #expect(lines.contains(#"took_seconds_bucket{le="0.001"} 0"#))
        #expect(lines.contains(#"took_seconds_bucket{le="0.005"} 1"#))
        #expect(lines.contains(#"took_seconds_bucket{le="1.0"} 2"#))
        #expect(lines.contains(#"took_seconds_bucket{le="+Inf"} 3"#))
        #expect(lines.contains("took_seconds_sum 45.703"))
        #expect(lines.contains("took_seconds_count 3"))
    }

    @Test func `every metric that a source file names is described`() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var named: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /label: "(depositwatch_[a-z_]+)"/) { named.insert(String(match.1)) }
        }
        #expect(named.contains("depositwatch_node_requests_total"))
        #expect(named.subtracting(MetricHelp.texts.keys).isEmpty, "describe them in MetricHelp.swift")
    }
}
