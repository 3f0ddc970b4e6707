/// A range of addresses with a common beginning, as CIDR writes it: `10.0.0.0/8`, `fd00::/8`.
public struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    private let base: IPAddress
    /// How many bits the beginning has.
    private let length: Int

    /// A lone address is a network of one. Nil for what is neither, and for an address inside a network, such as
    /// `10.1.2.3/8`: whoever writes that may mean one or the other.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = IPAddress(String(parts[0])) else { return nil }
        let bits = base.bytes.count * 8
        guard parts.count == 2 else {
            self.init(base: base, length: bits)
            return
        }
        guard let length = Int(parts[1]), String(length) == parts[1], (0...bits).contains(length) else {
            return nil
        }
        self.init(base: base, length: length)
        let isWhole = (length..<bits).allSatisfy { base.bytes[$0 / 8] & (0x80 >> ($0 % 8)) == 0 }
        if !isWhole { return nil }
    }

    private init(base: IPAddress, length: Int) {
        self.base = base
        self.length = length
    }

    public func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == base.bytes.count else { return false }
        let (whole, rest) = length.quotientAndRemainder(dividingBy: 8)
        guard address.bytes[..<whole] == base.bytes[..<whole] else { return false }
        return rest == 0 || (address.bytes[whole] ^ base.bytes[whole]) >> (8 - rest) == 0
    }

    public var description: String {
        length == base.bytes.count * 8 ? "\(base)" : "\(base)/\(length)"
    }
}
