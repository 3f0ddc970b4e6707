internal import BigInt
@testable internal import DepositCore
internal import Testing

private let largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935"

@Suite struct NumberTests {
    @Test(arguments: [0, 1, UInt64(Int64.max / 2)])
    func `a height up to half of Int64 is taken`(_ value: UInt64) {
        #expect(Height(value)?.rawValue == value)
    }

    @Test(arguments: [UInt64(Int64.max / 2) + 1, UInt64(Int64.max), UInt64.max])
    func `a height that no chain can have is refused`(_ value: UInt64) {
        #expect(Height(value) == nil)
    }

    @Test func `a height minus more than itself is zero`() {
        let ten: Height = 10
        #expect(ten - 3 == 7)
        #expect(ten - 10 == 0)
        #expect(ten - 11 == 0)
        #expect(ten - UInt64.max == 0)
        #expect(ten + 5 == 15)
    }

    @Test func `a transfer in the tip has one confirmation, and none when the tip is below it`() {
        let height: Height = 100
        #expect(height.confirmations(under: 99) == 0)
        #expect(height.confirmations(under: 100) == 1)
        #expect(height.confirmations(under: 111) == 12)
        #expect((0 as Height).confirmations(under: 0) == 1)
    }

    @Test(arguments: ["0", "1", "12500000", largest])
    func `an amount is read and written exactly`(_ text: String) {
        #expect(Amount(decimal: text)?.description == text)
    }

    @Test(arguments: [
        "", " 1", "1 ", "-1", "+1", "1.0", "1e3", "0x10", "1_000", "١", "１",
        "115792089237316195423570985008687907853269984665640564039457584007913129639936",
        "999999999999999999999999999999999999999999999999999999999999999999999999999999",
        "0115792089237316195423570985008687907853269984665640564039457584007913129639935",
    ])
    func `what is not an amount of at most 256 bits is refused`(_ text: String) {
        #expect(Amount(decimal: text) == nil)
    }

    @Test func `2^256 − 1 is the largest amount`() throws {
        let limit = BigUInt(1) << 256
        #expect(Amount(limit) == nil)
        #expect(try #require(Amount(limit - 1)).description == largest)
    }

    @Test func `amounts compare as numbers and not as text`() throws {
        let nine = try #require(Amount(decimal: "9"))
        let ten = try #require(Amount(decimal: "10"))
        let large = try #require(Amount(decimal: largest))
        #expect(nine < ten)
        #expect(ten < large)
        #expect(try #require(Amount(decimal: "010")) == ten)
    }

    @Test(arguments: [
        ("0", 6, "0"), ("1", 6, "0.000001"), ("1500000", 6, "1.5"), ("1000000", 6, "1"),
        ("1000001", 6, "1.000001"),
        ("10", 0, "10"), ("100", 2, "1"), ("123456", 18, "0.000000000000123456"), ("100", 1, "10"),
    ])
    func `whole units are shown without trailing zeros`(_ units: String, _ decimals: Int, _ shown: String) {
        #expect(Amount(decimal: units)?.wholeUnits(decimals: decimals) == shown)
    }

    @Test(arguments: [
        ("0.01", 18, "10000000000000000"), ("1000", 6, "1000000000"), ("1", 0, "1"), ("1.50", 1, "15"),
        ("1.0", 0, "1"), ("0", 18, "0"), ("0.000001", 6, "1"), ("00.1", 1, "1"), (largest, 0, largest),
    ])
    func `whole units become base units`(_ text: String, _ decimals: Int, _ units: String) {
        #expect(WholeAmount(text)?.baseUnits(decimals: decimals)?.description == units)
    }

    @Test(arguments: [("0.01", 1), ("1.5", 0), ("0.0000001", 6), (largest, 1), ("1" + largest, 0)])
    func `whole units that the asset cannot hold have no base units`(_ text: String, _ decimals: Int) throws {
        #expect(try #require(WholeAmount(text)).baseUnits(decimals: decimals) == nil)
    }

    @Test(arguments: [
        "", ".", "1.", ".1", "1.2.3", "-1", "+1", "1e3", "1,000", " 1", "0x1", "1.\u{301}5",
        String(repeating: "1", count: 101),
    ])
    func `what an operator cannot mean as an amount is refused`(_ text: String) {
        #expect(WholeAmount(text) == nil)
    }
}
