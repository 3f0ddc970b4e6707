import Foundation
import Testing

@testable import depositwatch

@Suite struct AddressCSVTests {
    private func rows(_ text: String, chain: String? = nil) throws -> [AddressRow] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let file = try AddressCSV(at: path, chain: chain)
        return try (0..<file.lines).compactMap { try file.row($0) }
    }

    @Test func `columns are found by name, in any order`() throws {
        let row = try #require(try rows("label,address,chain,from\nuser-1,0x01,ethereum,7\n").first)
        #expect((row.label, row.address, row.chain, row.from) == ("user-1", "0x01", "ethereum", 7))
    }

    @Test func `a quoted field may hold commas and quotes`() throws {
        let read = try rows("address,label\r\n0x01,\"a, \"\"b\"\"\"\r\n", chain: "bsc")
        #expect(read.map(\.label) == ["a, \"b\""])
        #expect(read.map(\.chain) == ["bsc"])
    }

    @Test func `empty lines are skipped`() throws {
        #expect(try rows("address\n0x01\n\n0x02\n", chain: "bsc").map(\.address) == ["0x01", "0x02"])
    }

    @Test(arguments: [
        ("address,chain\n0x01", ":2: expected 2 fields, found 1"),
        ("addres\n0x01", ":1: unknown column addres"),
        ("address,from,chain\n0x01,-5,bsc", ":2: from is no height: -5"),
        ("address,chain\n0x01,\n", ":2: the address"),
        ("address,chain\n\"0x01,bsc\n", ":2: a quote is not closed"),
        ("label,chain\nx,bsc", ":1: the first line"),
    ])
    func `a row that cannot be used is named by its line`(text: String, words: String) throws {
        let exit = try #require(throws: Exit.self) { try rows(text) }
        #expect(exit.message.contains(words), "\(exit.message)")
    }
}
