public import Metrics
internal import Synchronization

/// The daemon's metrics, kept in memory and written in Prometheus' text format when asked for.
///
/// Made once at start and given to `MetricsSystem.bootstrap`; the same label and dimensions are one series.
public final class MetricsRegistry: MetricsFactory {
    struct Key: Hashable {
        let name: String
        let labels: [Label]
    }

    struct Label: Hashable, Comparable {
        let name: String
        let value: String

        static func < (left: Label, right: Label) -> Bool {
            (left.name, left.value) < (right.name, right.value)
        }
    }

    private let series = Mutex<[Key: any MetricSeries]>([:])

    public init() {}

    var all: [(key: Key, series: any MetricSeries)] {
        series.withLock { $0.map { ($0.key, $0.value) } }
    }

    /// - Precondition: a name has one type.
    private func series<Series: MetricSeries>(
        _ label: String, _ dimensions: [(String, String)], _ make: () -> Series
    ) -> Series {
        let key = Key(name: label, labels: dimensions.map { Label(name: $0.0, value: $0.1) }.sorted())
        return series.withLock { all in
            guard let known = all[key] else {
                let new = make()
                all[key] = new
                return new
            }
            guard let same = known as? Series else {
                preconditionFailure(
                    "the metric \(label) has two types: \(Series.type) and \(type(of: known).type)")
            }
            return same
        }
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions) { CounterSeries() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions) { GaugeSeries() }
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(label, dimensions) { GaugeSeries() } }
        return series(label, dimensions) { HistogramSeries(bounds: HistogramSeries.sizes) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions) { HistogramSeries(bounds: HistogramSeries.seconds) }
    }

    // A series is kept for good: a scrape must not see a counter begin again.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}
