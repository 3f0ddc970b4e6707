internal import BigInt

/// An amount as an operator writes it, in whole units of an asset: `0.01`, `1000`.
public struct WholeAmount: Hashable, Sendable, CustomStringConvertible {
    public let description: String
    private let digits: BigUInt
    private let fractionDigits: Int

    /// Decimal digits with at most one point between digits; nil otherwise.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.utf8.count <= 100,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let digits = BigUInt(parts.joined(), radix: 10)
        else { return nil }
        description = text
        self.digits = digits
        fractionDigits = parts.count == 2 ? parts[1].utf8.count : 0
    }

    /// The same amount in base units; nil when it has more decimals than the asset or passes 2^256 − 1.
    public func baseUnits(decimals: Int) -> Amount? {
        guard decimals >= fractionDigits else {
            let (whole, rest) = digits.quotientAndRemainder(
                dividingBy: BigUInt(10).power(fractionDigits - decimals))
            return rest == 0 ? Amount(whole) : nil
        }
        return Amount(digits * BigUInt(10).power(decimals - fractionDigits))
    }
}
