internal import DepositCore

extension Cursor {
    /// A cursor of one kind of list: the kind, and what the last item was ordered by, in hex so that it stays opaque
    /// and safe in a URL.
    init(_ kind: String, _ parts: [[UInt8]]) {
        self.init(([kind] + parts.map(hex)).joined(separator: "."))
    }

    init(_ kind: String, number: Int64) {
        self.init(kind, numbers: [number])
    }

    init(_ kind: String, numbers: [Int64]) {
        self.init(kind, numbers.map { Array(String($0).utf8) })
    }

    /// - Throws: `unknownCursor` when this is no cursor of that kind.
    func parts(_ kind: String, count: Int) throws(StoreError) -> [[UInt8]] {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        let parts = words.dropFirst().compactMap(bytes)
        guard words.first.map(String.init) == kind, parts.count == words.count - 1, parts.count == count
        else {
            throw .unknownCursor(text)
        }
        return parts
    }

    func number(_ kind: String) throws(StoreError) -> Int64 {
        try numbers(kind, count: 1)[0]
    }

    func numbers(_ kind: String, count: Int) throws(StoreError) -> [Int64] {
        let numbers = try parts(kind, count: count).compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == count else { throw .unknownCursor(text) }
        return numbers
    }
}

private func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

private func bytes(_ hex: Substring) -> [UInt8]? {
    let digits = hex.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
    guard digits.count == hex.utf8.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
