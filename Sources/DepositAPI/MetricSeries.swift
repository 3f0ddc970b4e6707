internal import Metrics
internal import Synchronization

/// One series of one metric: a number, or a few, and the type that Prometheus is told.
protocol MetricSeries: AnyObject, Sendable {
    static var type: String { get }

    /// The lines' parts: suffix of the name, a further label, and the value.
    var samples: [MetricSample] { get }
}

struct MetricSample {
    var suffix = ""
    var label: MetricsRegistry.Label?
    let value: Double
}

final class CounterSeries: MetricSeries, CounterHandler {
    static let type = "counter"
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        value.store(0, ordering: .relaxed)
    }

    var samples: [MetricSample] { [MetricSample(value: Double(value.load(ordering: .relaxed)))] }
}

final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    static let type = "gauge"
    private let value = Mutex<Double>(0)

    func set(_ new: Int64) { set(Double(new)) }
    func set(_ new: Double) { value.withLock { $0 = new } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ new: Int64) { set(Double(new)) }
    func record(_ new: Double) { set(new) }

    var samples: [MetricSample] { [MetricSample(value: value.withLock { $0 })] }
}

/// Counts of values up to fixed bounds; durations in seconds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    static let type = "histogram"
    static let seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30]
    static let sizes = [1.0, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

    private struct Counts {
        var within: [UInt64]
        var sum = 0.0
        var count: UInt64 = 0
    }

    private let bounds: [Double]
    private let counts: Mutex<Counts>

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Mutex(Counts(within: Array(repeating: 0, count: bounds.count)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        counts.withLock { counts in
            if let index = bounds.firstIndex(where: { value <= $0 }) { counts.within[index] += 1 }
            counts.sum += value
            counts.count += 1
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    var samples: [MetricSample] {
        let counts = counts.withLock { $0 }
        var running: UInt64 = 0
        var samples: [MetricSample] = []
        for (bound, within) in zip(bounds, counts.within) {
            running += within
            samples.append(bucket("\(bound)", running))
        }
        samples.append(bucket("+Inf", counts.count))
        samples.append(MetricSample(suffix: "_sum", value: counts.sum))
        samples.append(MetricSample(suffix: "_count", value: Double(counts.count)))
        return samples
    }

    private func bucket(_ bound: String, _ count: UInt64) -> MetricSample {
        MetricSample(
            suffix: "_bucket", label: MetricsRegistry.Label(name: "le", value: bound), value: Double(count))
    }
}
