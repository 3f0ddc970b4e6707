/// A place in a parsed JSON document: a cursor over simdjson's tape that hands out slices without copying.
///
/// Valid only inside the closure it was handed to: the document behind it is parsed into again afterwards.
/// Tape format: simdjson, doc/tape.md. Inlinable, for the families walk millions of members with it.
@frozen
public struct JSON {
    @usableFromInline let tape: UnsafePointer<UInt64>
    @usableFromInline let strings: UnsafePointer<UInt8>
    @usableFromInline let index: Int

    @inlinable @inline(__always)
    init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, index: Int) {
        self.tape = tape
        self.strings = strings
        self.index = index
    }

    public enum Kind: UInt8, Sendable {
        case object = 0x7b
        case array = 0x5b
        case string = 0x22
        case signed = 0x6c
        case unsigned = 0x75
        case double = 0x64
        case yes = 0x74
        case no = 0x66
        case null = 0x6e
    }

    /// - Precondition: the tape is simdjson's own, so that every tag is known.
    public var kind: Kind {
        guard let kind = Kind(rawValue: UInt8(truncatingIfNeeded: tape[index] >> 56)) else {
            preconditionFailure("simdjson wrote an unknown tag")
        }
        return kind
    }

    @inlinable
    public var isNull: Bool { tag == Kind.null.rawValue }

    /// The bytes of a string, unescaped UTF-8; nil for anything else.
    @inlinable @inline(__always)
    public var bytes: UnsafeRawBufferPointer? {
        tag == Kind.string.rawValue ? text(at: index) : nil
    }

    /// The longest text that is copied out of a document. `bytes` copies nothing, so a raw block may be longer.
    public static let longestString = 8 << 20

    /// A string as a `String`; nil for anything else, and for one that is longer than `longestString`. Allocates: not
    /// for the hot path.
    public var string: String? {
        guard let bytes, bytes.count <= Self.longestString else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// An integer from 0 to 2^64 − 1 written as a number; nil for anything else.
    @inlinable
    public var unsigned: UInt64? {
        switch tag {
        case Kind.unsigned.rawValue: tape[index + 1]
        case Kind.signed.rawValue: UInt64(exactly: Int64(bitPattern: tape[index + 1]))
        default: nil
        }
    }

    /// An integer that fits 64 bits with sign; nil for anything else.
    @inlinable
    public var signed: Int64? {
        tag == Kind.signed.rawValue ? Int64(bitPattern: tape[index + 1]) : nil
    }

    /// A number with a fraction or exponent; kept only so that a recorded answer can be written again.
    var double: Double? {
        tag == Kind.double.rawValue ? Double(bitPattern: tape[index + 1]) : nil
    }

    @inlinable
    public var bool: Bool? {
        switch tag {
        case Kind.yes.rawValue: true
        case Kind.no.rawValue: false
        default: nil
        }
    }

    /// The value of an object's member; nil when there is none, or this is no object.
    @inlinable @inline(__always)
    public func member(_ name: StaticString) -> JSON? {
        for (key, value) in members where key.equals(name) { return value }
        return nil
    }

    /// The members of an object, in order; none for anything else.
    @inlinable
    public var members: Members {
        let isObject = tag == Kind.object.rawValue
        return Members(json: self, at: index + 1, end: isObject ? end - 1 : index + 1)
    }

    /// The elements of an array, in order; none for anything else.
    @inlinable
    public var elements: Elements {
        let isArray = tag == Kind.array.rawValue
        return Elements(json: self, at: index + 1, end: isArray ? end - 1 : index + 1)
    }

    @inlinable
    public var isArray: Bool { tag == Kind.array.rawValue }
    @inlinable
    public var isObject: Bool { tag == Kind.object.rawValue }
    @inlinable
    public var isString: Bool { tag == Kind.string.rawValue }

    @frozen
    public struct Elements: Sequence, IteratorProtocol {
        @usableFromInline let json: JSON
        @usableFromInline var at: Int
        @usableFromInline let end: Int

        @inlinable @inline(__always)
        init(json: JSON, at: Int, end: Int) {
            self.json = json
            self.at = at
            self.end = end
        }

        @inlinable @inline(__always)
        public mutating func next() -> JSON? {
            guard at < end else { return nil }
            let element = json.moved(to: at)
            at = element.after
            return element
        }
    }

    @frozen
    public struct Members: Sequence, IteratorProtocol {
        @usableFromInline let json: JSON
        @usableFromInline var at: Int
        @usableFromInline let end: Int

        @inlinable @inline(__always)
        init(json: JSON, at: Int, end: Int) {
            self.json = json
            self.at = at
            self.end = end
        }

        @inlinable @inline(__always)
        public mutating func next() -> (key: UnsafeRawBufferPointer, value: JSON)? {
            guard at < end else { return nil }
            let key = json.text(at: at)
            let value = json.moved(to: at + 1)
            at = value.after
            return (key, value)
        }
    }

    @inlinable @inline(__always)
    var tag: UInt8 { UInt8(truncatingIfNeeded: tape[index] >> 56) }

    /// The index behind an object's or array's closing bracket.
    @inlinable @inline(__always)
    var end: Int { Int(tape[index] & 0xffff_ffff) }

    @inlinable @inline(__always)
    var after: Int {
        switch tag {
        case Kind.object.rawValue, Kind.array.rawValue: end
        case Kind.signed.rawValue, Kind.unsigned.rawValue, Kind.double.rawValue: index + 2
        default: index + 1
        }
    }

    @inlinable @inline(__always)
    func moved(to index: Int) -> JSON {
        JSON(tape: tape, strings: strings, index: index)
    }

    @inlinable @inline(__always)
    func text(at index: Int) -> UnsafeRawBufferPointer {
        let start = UnsafeRawPointer(strings) + Int(tape[index] & 0x00ff_ffff_ffff_ffff)
        let length = Int(start.loadUnaligned(as: UInt32.self))
        return UnsafeRawBufferPointer(start: start + 4, count: length)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes are exactly the literal's.
    @inlinable @inline(__always)
    public func equals(_ literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount else { return false }
        for index in 0..<count where self[index] != literal.utf8Start[index] { return false }
        return true
    }
}
