/// Writes an object straight into bytes, member by member: for the bodies of events, which are made for every transfer.
struct JSONWriter {
    private var output: [UInt8] = []

    static func object(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.output.reserveCapacity(1_280)
        writer.braces(body)
        return String(decoding: writer.output, as: UTF8.self)
    }

    /// Nil is null.
    mutating func member(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { JSONText.write(value, to: &output) } else { null() }
    }

    mutating func member(_ name: StaticString, _ value: Int64) {
        key(name)
        output += String(value).utf8
    }

    mutating func member(_ name: StaticString, _ values: [String]) {
        key(name)
        output.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            JSONText.write(value, to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        braces(body)
    }

    /// Nil is null.
    mutating func member(_ name: StaticString, _ block: BlockRef?) {
        guard let block else { return member(name, nil as String?) }
        object(name) {
            $0.member("height", Int64(block.height.rawValue))
            $0.member("hash", block.hash.text)
            $0.member("time", block.time.description)
        }
    }

    /// - Parameter name: needs no escapes.
    private mutating func key(_ name: StaticString) {
        if output.last != UInt8(ascii: "{") { output.append(UInt8(ascii: ",")) }
        output.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { output.append(contentsOf: $0) }
        output.append(UInt8(ascii: "\""))
        output.append(UInt8(ascii: ":"))
    }

    private mutating func null() { output += "null".utf8 }

    private mutating func braces(_ body: (inout JSONWriter) -> Void) {
        output.append(UInt8(ascii: "{"))
        body(&self)
        output.append(UInt8(ascii: "}"))
    }
}
