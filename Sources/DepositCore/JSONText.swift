/// JSON as text, written field by field: small, ordered, and the same bytes every time.
public indirect enum JSONText: Hashable, Sendable {
    case null
    case string(String)
    case integer(Int64)
    case bool(Bool)
    case array([JSONText])
    case object([Field])
    /// Text that is JSON already, such as an event's body.
    case verbatim(String)

    public struct Field: Hashable, Sendable {
        let name: String
        let value: JSONText

        public init(name: String, value: JSONText) {
            self.name = name
            self.value = value
        }
    }

    public static func object(_ fields: KeyValuePairs<String, JSONText>) -> JSONText {
        .object(fields.map { Field(name: $0.key, value: $0.value) })
    }

    public static func optional(_ text: String?) -> JSONText {
        text.map { .string($0) } ?? .null
    }

    public static func integer(_ height: Height) -> JSONText {
        .integer(Int64(height.rawValue))
    }

    public var text: String {
        var output = ""
        output.reserveCapacity(1_024)
        write(to: &output)
        return output
    }

    private func write(to output: inout String) {
        switch self {
        case .null: output += "null"
        case .string(let text): Self.write(text, to: &output)
        case .integer(let value): output += String(value)
        case .bool(let value): output += value ? "true" : "false"
        case .verbatim(let text): output += text
        case .array(let items): Self.write(items, "[", "]", to: &output) { $0.write(to: &$1) }
        case .object(let fields):
            Self.write(fields, "{", "}", to: &output) {
                Self.write($0.name, to: &$1)
                $1 += ":"
                $0.value.write(to: &$1)
            }
        }
    }

    private static func write<Item>(
        _ items: [Item], _ open: String, _ close: String, to output: inout String,
        each: (Item, inout String) -> Void
    ) {
        output += open
        for (index, item) in items.enumerated() {
            if index > 0 { output += "," }
            each(item, &output)
        }
        output += close
    }

    /// Escapes what RFC 8259 §7 requires, and DEL.
    private static func write(_ text: String, to output: inout String) {
        output += "\""
        defer { output += "\"" }
        // Nearly all text that chains and our own ids hold has nothing to escape.
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5c || $0 == 0x7f }) else {
            output += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
    }
}
