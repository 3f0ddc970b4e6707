/// Why a chain is to be halted: `{"reason": "…"}`.
struct HaltOrder: Decodable {
    let reason: String

    /// It stands in an event and in lists.
    static let mostBytes = 500

    private enum Field: String, CodingKey, CaseIterable { case reason }

    init(from decoder: any Decoder) throws {
        reason = try decoder.strictContainer(keyedBy: Field.self).decode(String.self, forKey: .reason)
    }
}

/// The height of the highest block that is to stay: `{"height": 21000000}`.
struct RewindOrder: Decodable {
    let height: UInt64

    private enum Field: String, CodingKey, CaseIterable { case height }

    init(from decoder: any Decoder) throws {
        height = try decoder.strictContainer(keyedBy: Field.self).decode(UInt64.self, forKey: .height)
    }
}
