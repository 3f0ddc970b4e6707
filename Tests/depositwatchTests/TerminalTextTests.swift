import DepositCore
import Foundation
import Logging
import Testing

@testable import depositwatch

/// What strangers wrote, as a terminal gets it.
@Suite struct TerminalTextTests {
    /// Every scalar that is no text, and their neighbours that are.
    private static let harmful: [ClosedRange<UInt32>] = [
        0x00...0x1f, 0x7f...0x9f, 0x061c...0x061c, 0x200e...0x200f, 0x2028...0x2029, 0x202a...0x202e,
        0x2066...0x206f,
    ]

    @Test(arguments: harmful)
    func `no control character, override or separator is let through`(range: ClosedRange<UInt32>) throws {
        for value in range {
            let scalar = try #require(Unicode.Scalar(value))
            let shown = TerminalText.shown("a\(Character(scalar))b")
            #expect(!shown.unicodeScalars.contains(scalar))
            #expect(shown == "a" + String(format: "\\u%04x", value) + "b")
        }
        for value in [range.lowerBound &- 1, range.upperBound + 1] {
            guard let scalar = Unicode.Scalar(value), !Self.harmful.contains(where: { $0.contains(value) })
            else { continue }
            #expect(TerminalText.shown(String(Character(scalar))) == String(Character(scalar)))
        }
    }

    @Test func `text in any script stays as it is`() {
        for text in ["Zażółć", "入金 ¥100", "عربي", "עברית", "a\u{200d}b 👩‍👧", "\u{a0}"] {
            #expect(TerminalText.shown(text) == text)
        }
    }

    @Test func `JSON stays the same JSON`() throws {
        let label = "x\u{9b}31m\u{202e}moc.knab\u{2028}\u{85}\u{1b}[2J\n"
        let value = JSONValue.object(["label": .text(label), "n": .integer(1)])
        for text in [value.line, value.pretty, JSONText.string(label).text] {
            let shown = TerminalText.shown(text, keepingLines: true)
            #expect(shown.unicodeScalars.allSatisfy { $0.value < 0x7f && ($0.value >= 0x20 || $0 == "\n") })
            if text == JSONText.string(label).text {
                #expect(try JSONDecoder().decode(String.self, from: Data(shown.utf8)) == label)
            } else {
                #expect(try JSONDecoder().decode(JSONValue.self, from: Data(shown.utf8)) == value)
            }
        }
    }

    @Test func `neither a message nor a fact can forge a line of the log or turn it around`() {
        let evil = "lost\n2026-01-01T00:00:00Z INFO all is well\u{85}\u{2028}\u{202e}\u{9b}1A"
        let facts: Logger.Metadata = ["chain": "\(evil)", "reason": "\(evil)", "node": "\u{9d}0;x\u{9c}"]
        for line in [
            LineLog.text("now", .warning, "\(evil)", facts),
            LineLog.json("now", .warning, "depositwatch", "\(evil)", facts),
        ] {
            #expect(line.unicodeScalars.filter { $0 == "\n" }.count == 1)
            #expect(line.hasSuffix("\n"))
            #expect(line.unicodeScalars.dropLast().allSatisfy { (0x20..<0x7f).contains($0.value) })
        }
    }
}
