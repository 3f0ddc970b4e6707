internal import BigInt
internal import NodeRPC

/// One JSON object of an answer, its known members found in a single pass and decoded when they are asked
/// for.
///
/// Used again and again for objects of the same kind, so that reading one allocates nothing.
struct AnswerObject<Field: AnswerField> {
    private var values: [JSON?]
    /// Which of its kind it is, for an error: `receipt 3`.
    private var ordinal = 0

    init() {
        values = [JSON?](repeating: nil, count: Field.table.count)
    }

    /// Reads the members of `json`. A `null` member counts as absent; the same name twice is no answer.
    mutating func read(_ json: JSON, ordinal: Int = 0) throws(Flaw) {
        self.ordinal = ordinal
        guard json.isObject else { throw Flaw.malformed("\(place) is no object") }
        for index in values.indices { values[index] = nil }
        let table = Field.table
        for (key, value) in json.members {
            guard let index = table.index(of: key), !value.isNull else { continue }
            guard values[index] == nil else {
                throw Flaw.malformed("\(place) has \(String(decoding: key, as: UTF8.self)) twice")
            }
            values[index] = value
        }
    }

    @inline(__always)
    subscript(field: Field) -> JSON? { values[field.rawValue] }

    func has(_ field: Field) -> Bool { values[field.rawValue] != nil }

    @inline(__always)
    func hex(_ field: Field) throws(Flaw) -> HexDigits {
        guard let value = self[field] else { throw flaw(field, "is missing") }
        guard let text = value.bytes, let hex = HexDigits(prefixed: text) else {
            throw flaw(field, "is no 0x text")
        }
        return hex
    }

    @inline(__always)
    func bytes32(_ field: Field) throws(Flaw) -> Bytes32 {
        guard let bytes = try hex(field).bytes32 else { throw flaw(field, "is not 32 bytes of hex") }
        return bytes
    }

    @inline(__always)
    func account(_ field: Field) throws(Flaw) -> AccountBytes {
        guard let account = try hex(field).account else { throw flaw(field, "is not 20 bytes of hex") }
        return account
    }

    /// Nil where the member is absent, null, or empty text as some nodes write a missing address.
    @inline(__always)
    func optionalAccount(_ field: Field) throws(Flaw) -> AccountBytes? {
        guard let value = self[field], value.bytes?.isEmpty != true else { return nil }
        return try account(field)
    }

    func unsigned(_ field: Field) throws(Flaw) -> UInt64 {
        guard let number = try hex(field).unsigned else { throw flaw(field, "is no quantity of 64 bits") }
        return number
    }

    /// A quantity of up to 256 bits.
    func quantity(_ field: Field) throws(Flaw) -> BigUInt {
        guard let number = try hex(field).big else { throw flaw(field, "is no quantity of 256 bits") }
        return number
    }

    func bloom(_ field: Field) throws(Flaw) -> LogsBloom {
        guard let bloom = LogsBloom(try hex(field)) else { throw flaw(field, "is not 256 bytes of hex") }
        return bloom
    }

    func array(_ field: Field) throws(Flaw) -> JSON {
        guard let value = self[field] else { throw flaw(field, "is missing") }
        guard value.isArray else { throw flaw(field, "is no array") }
        return value
    }

    func flaw(_ field: Field, _ what: String) -> Flaw {
        Flaw.malformed("\(place): \(field.name) \(what)")
    }

    var place: String { "\(Field.kind) \(ordinal)" }
}

extension HexDigits {
    /// A quantity of up to 256 bits.
    var big: BigUInt? {
        let significant = significant
        guard !digits.isEmpty, significant.count <= 64 else { return nil }
        var words: [UInt] = []
        var end = significant.count
        while end > 0 {
            let start = max(0, end - 16)
            var word: UInt = 0
            for digit in significant[start..<end] {
                guard let nibble = nibble(digit) else { return nil }
                word = word << 4 | UInt(nibble)
            }
            words.append(word)
            end = start
        }
        return BigUInt(words: words)
    }
}
