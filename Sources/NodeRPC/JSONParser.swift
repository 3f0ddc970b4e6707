internal import CSimdjson

/// How deeply a document may nest; a deeper one is refused.
public enum JSONDepth {
    /// Any node's answer, traces aside.
    public static let answer = 64
    /// A trace of calls: EVM calls nest up to 1,024 deep, whoever makes them chooses how deep, and a call
    /// trace takes two levels for each.
    public static let trace = 2_100
}

/// Parses one document at a time into memory that it keeps.
final class JSONParser {
    static let padding = dw_json_padding()

    let depth: Int
    private let parser: OpaquePointer

    init(depth: Int = JSONDepth.answer) {
        guard let parser = dw_json_new() else { fatalError("out of memory") }
        self.parser = parser
        self.depth = depth
    }

    /// The longest document that it has memory for; it holds up to a dozen times as much.
    var capacity: Int { dw_json_capacity(parser) }

    deinit {
        dw_json_free(parser)
    }

    /// - Precondition: `padding` bytes behind `bytes` are readable.
    func parse(_ bytes: UnsafeRawBufferPointer) throws(MalformedJSON) -> JSON {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), !bytes.isEmpty else {
            throw MalformedJSON(reason: "empty")
        }
        let code = dw_json_parse(parser, start, bytes.count, depth)
        guard code == 0, let tape = dw_json_tape(parser), let strings = dw_json_strings(parser) else {
            if dw_json_is_too_deep(code) { throw MalformedJSON(reason: "nested more than \(depth) deep") }
            throw MalformedJSON(reason: dw_json_error(code).map { String(cString: $0) } ?? "unknown")
        }
        return JSON(tape: tape, strings: strings, index: 1)
    }
}

/// Bytes that are no JSON, or deeper than allowed.
public struct MalformedJSON: Error, Hashable, Sendable {
    public let reason: String
}

/// Parses a document that is not from a hot path, such as a line of a tape, which may hold a trace.
public func withJSON<Value, Failure: Error>(
    _ text: [UInt8], depth: Int = JSONDepth.trace, _ read: (JSON) throws(Failure) -> Value
) throws -> Value {
    let padded = text + [UInt8](repeating: 0, count: JSONParser.padding)
    let parser = JSONParser(depth: depth)
    return try padded.withUnsafeBytes { bytes in
        try read(parser.parse(UnsafeRawBufferPointer(rebasing: bytes[..<text.count])))
    }
}
