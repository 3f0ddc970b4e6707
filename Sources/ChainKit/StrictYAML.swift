internal import Yams

/// A YAML value that is read strictly: a wrong type is an error that names file, line and cure.
public struct StrictValue: Sendable {
    public let file: String
    /// Where it stands in the document: `chains.ethereum.nodes[0]`; empty at the top.
    public let path: String
    private let node: YAMLNode

    /// The whole document in `text`.
    public init(parsing text: String, file: String) throws(ConfigError) {
        let parsed: Yams.Node?
        do { parsed = try Yams.compose(yaml: text) } catch {
            let (line, why) = Self.fault(error)
            throw ConfigError(file: file, line: line, message: "not valid YAML: \(why)")
        }
        self.init(file: file, path: "", node: YAMLNode(parsed ?? Yams.Node.mapping([:])))
    }

    /// Where the text stops being YAML, and why. Never the text itself: it may hold a secret.
    private static func fault(_ error: any Error) -> (line: Int?, why: String) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return (mark.line, problem)
        case .reader(let problem, let offset, _, let text):
            let before = offset.map { text.utf8.prefix($0) }
            return (before.map { 1 + $0.count { $0 == UInt8(ascii: "\n") } }, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            return (context.mark.line, "the same key twice: \(keys.joined(separator: ", "))")
        default: return (nil, "it cannot be read")
        }
    }

    private init(file: String, path: String, node: YAMLNode) {
        self.file = file
        self.path = path
        self.node = node
    }

    /// An error at this value's place.
    public func fail(_ message: String) -> ConfigError {
        let place = path.isEmpty ? "" : "\(path): "
        return ConfigError(file: file, line: node.value.mark?.line, message: place + message)
    }

    public func string() throws(ConfigError) -> String {
        guard let scalar = node.value.scalar else { throw fail("expected a text") }
        if scalar.style == .plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
            throw fail("expected a text, found nothing")
        }
        return scalar.string
    }

    public func integer(_ range: ClosedRange<Int> = 0...Int(Int32.max)) throws(ConfigError) -> Int {
        guard let value = Int(try string().filter { $0 != "_" }), range.contains(value) else {
            throw fail("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    public func bool() throws(ConfigError) -> Bool {
        switch try string() {
        case "true": true
        case "false": false
        default: throw fail("expected true or false")
        }
    }

    /// A length of time such as `250ms`, `2s`, `30m`, `1h`, in milliseconds.
    public func milliseconds() throws(ConfigError) -> Int {
        let text = try string()
        let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        for (suffix, factor) in units where text.hasSuffix(suffix) {
            guard let count = Int(text.dropLast(suffix.count)), count >= 0 else { continue }
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            if !overflow { return product }
        }
        throw fail("expected a length of time such as 250ms, 2s, 30m or 1h")
    }

    public func list() throws(ConfigError) -> [StrictValue] {
        guard let sequence = node.value.sequence else { throw fail("expected a list") }
        return sequence.enumerated().map { index, element in
            StrictValue(file: file, path: "\(path)[\(index)]", node: YAMLNode(element))
        }
    }

    public func map() throws(ConfigError) -> StrictMap {
        guard let mapping = node.value.mapping else { throw fail("expected a mapping (key: value)") }
        var entries: [(key: String, keyLine: Int?, value: StrictValue)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw fail("expected texts as keys") }
            let inner = path.isEmpty ? name : "\(path).\(name)"
            entries.append(
                (name, key.mark?.line, StrictValue(file: file, path: inner, node: YAMLNode(value))))
        }
        return StrictMap(self, entries)
    }

    public var isMap: Bool { node.value.mapping != nil }
    public var isList: Bool { node.value.sequence != nil }
}

/// A YAML mapping whose every key must be taken: `finish` names what was left.
public struct StrictMap: Sendable {
    public let whole: StrictValue
    public let entries: [(key: String, keyLine: Int?, value: StrictValue)]
    private var taken: [String] = []

    init(_ whole: StrictValue, _ entries: [(key: String, keyLine: Int?, value: StrictValue)]) {
        self.whole = whole
        self.entries = entries
    }

    public mutating func optional(_ key: String) -> StrictValue? {
        taken.append(key)
        return entries.first { $0.key == key }?.value
    }

    public mutating func required(_ key: String) throws(ConfigError) -> StrictValue {
        guard let value = optional(key) else { throw whole.fail("\(key) is missing; add \(key): …") }
        return value
    }

    /// Fails on the first key that nobody asked for.
    public func finish() throws(ConfigError) {
        for (key, line, _) in entries where !taken.contains(key) {
            let place = whole.path.isEmpty ? "" : "\(whole.path): "
            let known = taken.sorted().joined(separator: ", ")
            throw ConfigError(
                file: whole.file, line: line, message: "\(place)unknown key \(key); known keys here: \(known)"
            )
        }
    }
}

/// Yams' node is immutable here, and so safe to share.
private struct YAMLNode: @unchecked Sendable {
    let value: Yams.Node

    init(_ value: Yams.Node) {
        self.value = value
    }
}
