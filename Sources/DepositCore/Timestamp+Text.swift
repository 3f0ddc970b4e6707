extension Timestamp {
    /// What to say of a text that is none.
    public static let form = "a moment such as 2026-11-21T02:15:07Z, in UTC and whole seconds, or a day"

    /// From RFC 3339: `2026-11-21T02:15:07Z`, in UTC and whole seconds, or the day alone. Nil for any other text.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || bytes.count == 20, bytes[4] == 45, bytes[7] == 45,
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var seconds: Int64 = 0
        if bytes.count == 20 {
            guard bytes[10] == 84, bytes[13] == 58, bytes[16] == 58, bytes[19] == 90,
                let hour = Self.number(bytes[11..<13]), let minute = Self.number(bytes[14..<16]),
                let second = Self.number(bytes[17..<19]), hour < 24, minute < 60, second < 60
            else { return nil }
            seconds = hour * 3_600 + minute * 60 + second
        }
        self.init(seconds: Self.days(year, month, day) * 86_400 + seconds)
        // A day that its month does not have comes out as another.
        guard description.hasPrefix(text.prefix(10)) else { return nil }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar, with years that begin on 1 March so that the leap day
    /// comes last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year + 399 : year + 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468 - 146_097
    }
}
