import Foundation
import Testing

@testable import depositwatch

@Suite struct FeedPlaceTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path

    @Test func `a place that is kept is where the next reader begins`() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        var place = try FeedPlace(file: path, after: "e.1")
        #expect(place.cursor == "e.1")
        try place.move(to: "e.2")
        try place.move(to: nil)
        #expect(try FeedPlace(file: path, after: nil).cursor == "e.2")
        #expect(throws: Exit.self) { try FeedPlace(file: path, after: "e.9") }
    }

    @Test func `without a file nothing is kept, and one that cannot be written says where to go on`() throws {
        var passing = try FeedPlace(file: nil, after: nil)
        try passing.move(to: "e.2")
        #expect(passing.cursor == "e.2")
        var lost = try FeedPlace(file: "/nonexistent/place", after: nil)
        let exit = try #require(throws: Exit.self) { try lost.move(to: "e.3") }
        #expect(exit.message.contains("the last cursor is e.3"))
    }
}
