@testable internal import DepositCore
internal import Testing

@Suite struct TimestampTests {
    // Computed with Python's datetime, which is independent of this code.
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (86_399, "1970-01-01T23:59:59Z"),
            (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"), (978_307_199, "2000-12-31T23:59:59Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"), (1_709_251_200, "2024-03-01T00:00:00Z"),
            (1_795_227_307, "2026-11-21T02:15:07Z"), (2_147_483_648, "2038-01-19T03:14:08Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-2_203_891_200, "1900-03-01T00:00:00Z"), (-2_203_891_201, "1900-02-28T23:59:59Z"),
            (-62_135_596_800, "0001-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func `a moment is written as RFC 3339 in UTC`(_ seconds: Int64, _ text: String) {
        #expect(Timestamp(seconds: seconds).description == text)
    }

    @Test func `every day of four centuries follows the one before`() {
        var year = 1970
        var month = 1
        var day = 1
        for count in 0..<146_097 {
            let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)T12:00:00Z"
            #expect(Timestamp(seconds: Int64(count) * 86_400 + 43_200).description == text)
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            day += 1
            if day > days { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
        }
    }

    @Test func `a clock outside the years that can be written becomes the nearest that can`() {
        #expect(Timestamp(seconds: .max).description == "9999-12-31T23:59:59Z")
        #expect(Timestamp(seconds: .min).description == "0000-01-01T00:00:00Z")
    }

    @Test func `moments compare by time`() {
        #expect(Timestamp(seconds: -1) < Timestamp(seconds: 0))
        #expect(!(Timestamp(seconds: 5) < Timestamp(seconds: 5)))
    }
}
