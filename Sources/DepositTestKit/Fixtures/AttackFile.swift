public import ChainKit
internal import DepositCore
internal import Foundation

/// `attacks.yaml`: what a fixture shows of the catalogue of attacks and pitfalls.
///
/// ```yaml
/// shows: [E17]     # rows that are shown by the events that come out
/// fakes:           # what looks like a deposit and is none, and why
///   - {row: E1, transaction: "0x…", position: "call:0", why: not a movement}
/// ```
public struct AttackFile: Sendable {
    public let shows: [String]
    public let fakes: [FakeDeposit]

    /// A fixture need not have one.
    public init(at path: String) throws {
        let exists = FileManager.default.fileExists(atPath: path)
        guard let text = exists ? try? String(contentsOfFile: path, encoding: .utf8) : "" else {
            throw FixtureError("\(path): cannot be read")
        }
        try self.init(parsing: text, file: path)
    }

    public init(parsing text: String, file: String) throws(ConfigError) {
        var map = try StrictValue(parsing: text, file: file).map()
        var shows: [String] = []
        for row in try map.optional("shows")?.list() ?? [] { shows.append(try row.string()) }
        var fakes: [FakeDeposit] = []
        for fake in try map.optional("fakes")?.list() ?? [] { fakes.append(try Self.fake(fake)) }
        try map.finish()
        (self.shows, self.fakes) = (shows, fakes)
    }

    /// Every row that the fixture shows.
    public var rows: Set<String> { Set(shows + fakes.map(\.row)) }

    private static func fake(_ value: StrictValue) throws(ConfigError) -> FakeDeposit {
        var map = try value.map()
        let row = try map.required("row").string()
        let transaction = TransactionID(try map.required("transaction").string())
        let position = try map.optional("position")?.string()
        let why = try map.required("why").choice(of: FakeDeposit.Reason.self)
        try map.finish()
        return FakeDeposit(
            row: row, transaction: transaction, position: position.map { Position($0) }, why: why)
    }
}
