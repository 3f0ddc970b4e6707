/// What one run of one client gave. Handed from the client's process to ours as a line of four numbers.
struct BenchFigures {
    /// Processor time of the whole scan.
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
    let blocks: Int
    let ours: [BenchFigures]
    let yardstick: [BenchFigures]

    /// Milliseconds of processor time a block, of the median round.
    var oursMilliseconds: Double { Self.median(ours) / Double(blocks) }
    var yardstickMilliseconds: Double { Self.median(yardstick) / Double(blocks) }
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
        \(benchmark.rawValue): \(blocks) blocks, the median of \(ours.count) rounds
                        CPU ms a block
        depositwatch    \(rounded(oursMilliseconds, 3))   \(residentMegabytes) MB resident
        Node            \(rounded(yardstickMilliseconds, 3))
        ratio           \(rounded(ratio, 2))
        deposits        \(hits) found, \(wrong) wrong
        """
    }

    private func rounded(_ value: Double, _ digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        return String((value * scale).rounded() / scale)
    }
}
