/// JSON as text, written field by field: small, ordered, and the same bytes every time.
public enum JSONText: Hashable, Sendable {
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
        var output: [UInt8] = []
        output.reserveCapacity(1_024)
        write(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .string(let text): Self.write(text, to: &output)
        case .integer(let value): output += String(value).utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .verbatim(let text): output += text.utf8
        case .array(let items):
            Self.write(items, UInt8(ascii: "["), UInt8(ascii: "]"), to: &output) { $0.write(to: &$1) }
        case .object(let fields):
            Self.write(fields, UInt8(ascii: "{"), UInt8(ascii: "}"), to: &output) {
                Self.write($0.name, to: &$1)
                $1.append(UInt8(ascii: ":"))
                $0.value.write(to: &$1)
            }
        }
    }

    private static func write<Item>(
        _ items: [Item], _ open: UInt8, _ close: UInt8, to output: inout [UInt8],
        each: (Item, inout [UInt8]) -> Void
    ) {
        output.append(open)
        for (index, item) in items.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            each(item, &output)
        }
        output.append(close)
    }

    /// Escapes what RFC 8259 §7 requires, and DEL.
    static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            if bytes.allSatisfy(isPlain) {
                output.append(contentsOf: bytes)
            } else {
                for byte in bytes { escape(byte, to: &output) }
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
        case UInt8(ascii: "\n"): output += "\\n".utf8
        case UInt8(ascii: "\r"): output += "\\r".utf8
        case UInt8(ascii: "\t"): output += "\\t".utf8
        case _ where !isPlain(byte):
            let digits = String(byte, radix: 16)
            output += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
        default: output.append(byte)
        }
    }
}
