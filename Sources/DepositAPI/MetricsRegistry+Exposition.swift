extension MetricsRegistry {
    /// All series in Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
    func exposition() -> String {
        var output = ""
        let byName = Dictionary(grouping: all, by: \.key.name)
        for (name, series) in byName.sorted(by: { $0.key < $1.key }) {
            guard let first = series.first?.series else { continue }
            output += "# HELP \(name) \(Self.escaped(MetricHelp.text(for: name), quotes: false))\n"
            output += "# TYPE \(name) \(type(of: first).type)\n"
            for (key, series) in series.sorted(by: { $0.key.labels.lexicographicallyPrecedes($1.key.labels) })
            {
                for sample in series.samples {
                    let labels = Self.text(key.labels + (sample.label.map { [$0] } ?? []))
                    output += "\(name)\(sample.suffix)\(labels) \(Self.text(sample.value))\n"
                }
            }
        }
        return output
    }

    private static func text(_ labels: [Label]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
            + "}"
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\"" where quotes: output += "\\\""
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
