import Testing

@testable import DepositCore

@Suite struct TimestampTextTests {
    @Test(
        arguments: [
            0, 951_782_399, 951_868_800, 1_709_164_809, 1_795_227_307, -1, -62_167_219_200, 253_402_300_799,
        ] as [Int64])
    func `what a moment is written as is read as that moment`(seconds: Int64) {
        let moment = Timestamp(seconds: seconds)
        #expect(Timestamp("\(moment)") == moment)
    }

    @Test func `a day is its first second`() {
        #expect(Timestamp("2026-11-21") == Timestamp("2026-11-21T00:00:00Z"))
        #expect(Timestamp("2024-02-29")?.description == "2024-02-29T00:00:00Z")
    }

    @Test(arguments: [
        "", "2026", "2026-11-21T", "2026-11-21 02:15:07Z", "2026-11-21T02:15:07", "2026-11-21T02:15:07+01:00",
        "2026-13-01", "2026-00-01", "2026-02-29", "2026-04-31", "2026-11-21T24:00:00Z",
        "2026-11-21T02:60:00Z",
        "2026-1a-21", "2026-11-21T02:15:07.5Z", "٢026-11-2",
    ]) func `what is no moment is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
