/// JSON written piece by piece into bytes: a node's answer is rendered once and served many times.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    private static let digits = Array("0123456789abcdef".utf8)

    /// Text that is JSON already.
    mutating func raw(_ json: String) {
        bytes.append(contentsOf: json.utf8)
    }

    mutating func raw(_ json: [UInt8]) {
        bytes.append(contentsOf: json)
    }

    mutating func object(_ members: (inout JSONWriter) -> Void) {
        raw("{")
        members(&self)
        raw("}")
    }

    mutating func list<Item>(_ items: [Item], _ each: (inout JSONWriter, Item) -> Void) {
        raw("[")
        for (index, item) in items.enumerated() {
            if index > 0 { raw(",") }
            each(&self, item)
        }
        raw("]")
    }

    /// A string of hex digits.
    mutating func hex(_ data: some Sequence<UInt8>, prefix: String = "") {
        raw("\"" + prefix)
        for byte in data {
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        }
        raw("\"")
    }
}

extension JSONWriter {
    /// The name of an object's next member, with the comma before it.
    mutating func name(_ name: String) {
        if bytes.last != UInt8(ascii: "{") { raw(",") }
        raw("\"\(name)\":")
    }

    mutating func member(_ name: String, raw json: String) {
        self.name(name)
        raw(json)
    }

    mutating func member(_ name: String, number: some BinaryInteger) {
        member(name, raw: "\(number)")
    }

    mutating func member(_ name: String, text: String) {
        member(name, raw: "\"\(text)\"")
    }

    /// Digits alone, as Bitcoin's nodes write them.
    mutating func member(_ name: String, hex data: some Sequence<UInt8>) {
        self.name(name)
        hex(data)
    }

    /// Bytes as Ethereum's nodes write them.
    mutating func member(_ name: String, data: [UInt8]) {
        self.name(name)
        hex(data, prefix: "0x")
    }

    /// A number as Ethereum's nodes write it: without zeros in front.
    mutating func member(_ name: String, quantity: UInt64) {
        member(name, text: hexQuantity(quantity))
    }
}

/// Lowercase hex digits without a prefix.
func hexDigits(_ data: some Sequence<UInt8>) -> String {
    var writer = JSONWriter()
    writer.hex(data)
    return String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
}

func hexQuantity(_ value: UInt64) -> String {
    "0x" + String(value, radix: 16)
}
