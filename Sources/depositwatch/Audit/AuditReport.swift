import ChainKit
import DepositCore
import DepositEngine
import DepositStore

/// Says what an audit finds: each difference at once on standard output, how it comes on on standard error.
struct AuditReport {
    private(set) var differences = 0
    private let spec: ChainSpec
    private let heights: ClosedRange<Height>
    private let format: OutputFormat
    private let print: (String) -> Void
    private var bar: ProgressBar
    private var next: Height

    init(
        _ spec: ChainSpec, _ heights: ClosedRange<Height>, _ format: OutputFormat,
        print: @escaping (String) -> Void
    ) {
        self.spec = spec
        self.heights = heights
        self.format = format
        self.print = print
        bar = ProgressBar(
            total: Int(clamping: heights.lowerBound.confirmations(under: heights.upperBound)),
            label: "auditing \(spec.id)")
        next = heights.lowerBound
    }

    mutating func tell(_ news: AuditNews) {
        switch news {
        case .difference(let difference):
            show(difference)
        case .through(let height):
            bar.advance(by: Int(clamping: next.confirmations(under: height)))
            next = height + 1
        case .nodeFailed(let error):
            talk("\(error)")
        case .pending(let job):
            talk(
                "the blocks \(job.next) to \(job.upTo) are still to be scanned for \(job.addresses) addresses issued "
                    + "late: what those got there is not called missing")
        case .unlisted(let asset):
            talk(
                "the chain file does not list \(asset) any more: its deposits cannot be recomputed and are left out"
            )
        }
    }

    mutating func finish() {
        if case .json = format { print(differences == 0 ? "[]" : "]") }
        bar.finish()
        let range = "blocks \(heights.lowerBound) to \(heights.upperBound) of \(spec.id)"
        switch differences {
        case 0: complain("\(range): no difference")
        case 1: complain("\(range): 1 difference")
        default: complain("\(range): \(differences) differences")
        }
    }

    /// Ends in the middle: what stands below `next` has been compared.
    mutating func breakOff() {
        if case .json = format { print(differences == 0 ? "[]" : "]") }
        bar.finish()
        guard next > heights.lowerBound else { return }
        complain("\(spec.id): \(differences) difference(s) up to block \(next - 1), where the audit ends")
    }

    private mutating func show(_ difference: AuditDifference) {
        bar.clear()
        differences += 1
        switch format {
        case .ndjson: print(difference.json.line)
        case .json: print((differences == 1 ? "[\n" : ",\n") + difference.json.pretty)
        case .table:
            if differences == 1 { print(Self.row("HEIGHT", "DIFFERENCE", "STORED AND SHOWN")) }
            print(Self.row(difference.place, difference.name, OutputFormat.printable(difference.words)))
        }
    }

    private func talk(_ line: String) {
        bar.clear()
        complain(line)
    }

    /// As wide as a height and the longest name are: rows are printed before the next is known.
    private static func row(_ place: String, _ name: String, _ words: String) -> String {
        "\(padded(place, 12))\(padded(name, 12))\(words)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
