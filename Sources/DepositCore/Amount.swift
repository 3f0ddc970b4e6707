public import BigInt

/// A quantity of an asset in base units, exact, from 0 to 2^256 − 1.
public struct Amount: Hashable, Comparable, Sendable {
    public let baseUnits: BigUInt

    public static let zero = Amount(trusted: 0)

    /// Nil above 2^256 − 1.
    public init?(_ baseUnits: BigUInt) {
        guard baseUnits.bitWidth <= 256 else { return nil }
        self.baseUnits = baseUnits
    }

    public init(_ baseUnits: UInt64) {
        self.baseUnits = BigUInt(baseUnits)
    }

    private init(trusted: BigUInt) {
        baseUnits = trusted
    }

    /// Decimal digits and nothing else; nil otherwise.
    public init?(decimal text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.count <= 78, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = BigUInt(String(text), radix: 10)
        else { return nil }
        self.init(value)
    }

    public static func < (left: Amount, right: Amount) -> Bool {
        left.baseUnits < right.baseUnits
    }
}

extension Amount: CustomStringConvertible {
    /// Base units as decimal digits: the form of the API and of events.
    public var description: String {
        UInt64(exactly: baseUnits).map { String($0) } ?? String(baseUnits, radix: 10)
    }

    /// Whole units of an asset, for people: `1.5` for 1500000 at 6 decimals. No trailing zeros.
    public func wholeUnits(decimals: Int) -> String {
        let digits = description
        guard decimals > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let whole = padded.dropLast(decimals)
        let fraction = String(padded.suffix(decimals)).trimmingTrailingZeros()
        return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
    }
}

extension String {
    fileprivate func trimmingTrailingZeros() -> Substring {
        var text = self[...]
        while text.last == "0" { text.removeLast() }
        return text
    }
}
