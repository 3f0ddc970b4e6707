/// A moment in whole seconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let seconds: Int64

    /// A moment outside the years 0 to 9999, which RFC 3339 cannot write, becomes the nearest one inside: no block's
    /// clock may overflow a sum.
    public init(seconds: Int64) {
        self.seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.seconds < right.seconds
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC: `2026-11-21T02:15:07Z`.
    public var description: String {
        let days = floorDivide(seconds, 86_400)
        let (year, month, day) = Self.civilDate(daysSince1970: days)
        let clock = seconds - days * 86_400
        var text: [UInt8] = []
        text.reserveCapacity(20)
        let parts: [(Int64, width: Int, next: Unicode.Scalar)] = [
            (year, 4, "-"), (month, 2, "-"), (day, 2, "T"),
            (clock / 3_600, 2, ":"), (clock / 60 % 60, 2, ":"), (clock % 60, 2, "Z"),
        ]
        for (value, width, next) in parts {
            append(value, width, to: &text)
            text.append(UInt8(ascii: next))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The proleptic Gregorian date of a day, counted in eras of 400 years that begin on 1 March.
    private static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = daysSince1970 + 719_468
        let era = floorDivide(days, 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    (value - (value % divisor + divisor) % divisor) / divisor
}

/// Decimal digits, with zeros in front where there are fewer than `width`.
private func append(_ value: Int64, _ width: Int, to text: inout [UInt8]) {
    var unit = (1..<width).reduce(Int64(1)) { unit, _ in unit * 10 }
    while unit > 0 {
        text.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
        unit /= 10
    }
}
