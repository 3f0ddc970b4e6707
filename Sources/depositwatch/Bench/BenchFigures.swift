/// What one run of one client gave. Handed from the client's process to ours as a line of four numbers.
struct BenchFigures {
    /// Of the whole run: processor time of a scan, for it has a core of its own and a node to wait for; time on the
    /// clock of a drain, for two sides share the work. Of the way of a block: the median callback's, on the clock.
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

    /// Milliseconds a block, an event or a callback, of the median round.
    var oursMilliseconds: Double { Self.median(ours) / share }
    var yardstickMilliseconds: Double { Self.median(yardstick) / share }
    var ratio: Double { yardstickMilliseconds / oursMilliseconds }
    var residentMegabytes: Int { (ours.map(\.residentKilobytes).max() ?? 0) / 1_024 }
    var hits: Int { ours.map(\.hits).min() ?? 0 }
    var wrong: Int { ours.map(\.wrong).max() ?? 0 }

    private var share: Double {
        if case .way = benchmark.kind { 1 } else { Double(count) }
    }

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
        \(benchmark.rawValue): \(count) \(benchmark.unit)s, the median of \(ours.count) rounds
                        \(words.time)
        depositwatch    \(rounded(oursMilliseconds, 4))   \(residentMegabytes) MB resident
        Node            \(rounded(yardstickMilliseconds, 4))
        ratio           \(rounded(ratio, 2))
        \(words.hits), \(wrong) wrong
        """
    }

    /// Ours alone, in milliseconds.
    var cost: String { rounded(oursMilliseconds, 4) }

    private var words: (time: String, hits: String) {
        switch benchmark.kind {
        case .scan, .agree: ("CPU ms a block", "deposits        \(hits) found")
        case .drain: ("ms an event", "events          \(hits) taken")
        case .way: ("ms to a callback's yes (p50)", "events          \(hits) taken")
        }
    }

    private func rounded(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        return String((value * scale).rounded() / scale)
    }
}
