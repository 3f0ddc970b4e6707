/// JSON written piece by piece into bytes: a node's answer is rendered once and served many times.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []

    private static let digits = Array("0123456789abcdef".utf8)

    package init() {}

    /// Text that is JSON already.
    package mutating func raw(_ json: String) {
        bytes.append(contentsOf: json.utf8)
    }

    package mutating func raw(_ json: [UInt8]) {
        bytes.append(contentsOf: json)
    }

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        raw("{")
        members(&self)
        raw("}")
    }

    package mutating func list<Item>(_ items: [Item], _ each: (inout JSONWriter, Item) -> Void) {
        raw("[")
        for (index, item) in items.enumerated() {
            if index > 0 { raw(",") }
            each(&self, item)
        }
        raw("]")
    }

    /// A document that is one string of hex digits.
    package static func hex(_ data: some Sequence<UInt8>) -> [UInt8] {
        var json = JSONWriter()
        json.hex(data)
        return json.bytes
    }

    /// A string of hex digits.
    package mutating func hex(_ data: some Sequence<UInt8>, prefix: String = "") {
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
    package mutating func name(_ name: String) {
        if bytes.last != UInt8(ascii: "{") { raw(",") }
        raw("\"\(name)\":")
    }

    package mutating func member(_ name: String, raw json: String) {
        self.name(name)
        raw(json)
    }

    package mutating func member(_ name: String, number: some BinaryInteger) {
        member(name, raw: "\(number)")
    }

    package mutating func member(_ name: String, text: String) {
        member(name, raw: "\"\(text)\"")
    }

    /// Digits alone, as Bitcoin's nodes write them.
    package mutating func member(_ name: String, hex data: some Sequence<UInt8>) {
        self.name(name)
        hex(data)
    }

    /// Bytes as Ethereum's nodes write them.
    package mutating func member(_ name: String, data: [UInt8]) {
        self.name(name)
        hex(data, prefix: "0x")
    }

    /// A number as Ethereum's nodes write it: without zeros in front.
    package mutating func member(_ name: String, quantity: UInt64) {
        member(name, text: quantity.hexQuantity)
    }
}

extension Sequence<UInt8> {
    /// Lowercase hex digits without a prefix.
    package var hexDigits: String {
        var writer = JSONWriter()
        writer.hex(self)
        return String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}

extension UInt64 {
    /// As Ethereum's nodes write a number.
    package var hexQuantity: String { "0x" + String(self, radix: 16) }
}
