/// What one run of one client gave. Handed from the client's process to ours as a line of four numbers.
struct BenchFigures {
    /// Of the whole run: processor time of a scan, time on the clock of a drain.
    let milliseconds: Double
    let residentKilobytes: Int
    let hits: Int
    let wrong: Int
}

extension BenchFigures {
    var line: String { "\(milliseconds) \(residentKilobytes) \(hits) \(wrong)" }

    init?(line: String) {
        let fields = line.split(separator: " ")
        guard fields.count == 4, let milliseconds = Double(fields[0]), let kilobytes = Int(fields[1]),
            let hits = Int(fields[2]), let wrong = Int(fields[3])
        else { return nil }
        self.init(milliseconds: milliseconds, residentKilobytes: kilobytes, hits: hits, wrong: wrong)
    }
}

/// The rounds of a benchmark together.
struct BenchResult {
    let benchmark: Benchmark
    let count: Int
    let ours: [BenchFigures]
    let yardstick: [BenchFigures]

    /// Milliseconds a block, or an event, of the median round.
    var oursMilliseconds: Double { Self.median(ours) / Double(count) }
    var yardstickMilliseconds: Double { Self.median(yardstick) / Double(count) }
    var ratio: Double { yardstickMilliseconds / oursMilliseconds }
    var residentMegabytes: Int { (ours.map(\.residentKilobytes).max() ?? 0) / 1_024 }
    var hits: Int { ours.map(\.hits).min() ?? 0 }
    var wrong: Int { ours.map(\.wrong).max() ?? 0 }

    private static func median(_ rounds: [BenchFigures]) -> Double {
        let sorted = rounds.map(\.milliseconds).sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

extension BenchResult {
    var json: String {
        """
        {"name":"\(benchmark.rawValue)","ratio":\(rounded(ratio, 2)),"ours_ms":\(rounded(oursMilliseconds, 4)),\
        "yardstick_ms":\(rounded(yardstickMilliseconds, 4)),"rss_mb":\(residentMegabytes),"hits":\(hits),\
        "wrong":\(wrong)}
        """
    }

    var table: String {
        """
        \(benchmark.rawValue): \(count) \(benchmark.unit.name)s, the median of \(ours.count) rounds
                        \(benchmark.unit.time) a \(benchmark.unit.name)
        depositwatch    \(rounded(oursMilliseconds, 4))   \(residentMegabytes) MB resident
        Node            \(rounded(yardstickMilliseconds, 4))
        ratio           \(rounded(ratio, 2))
        \(benchmark.scan == nil ? "events  " : "deposits")        \(hits) \(benchmark.scan == nil ? "taken" : "found"), \(wrong) wrong
        """
    }

    private func rounded(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        return String((value * scale).rounded() / scale)
    }
}
