import ArgumentParser
import ChainKit
import DepositCore
import DepositTestKit
import Foundation

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run fixtures and compare what comes out with what must.",
        discussion: """
            Each folder's recorded blocks go through the real pipeline. The events are compared with events.jsonl, \
            line by line; exit 65 at the first difference. With --output ndjson the events themselves are printed.
            """)

    @Argument(help: "Fixture folders, or folders of such folders.")
    var folders: [String]

    @Option(help: "A folder of chain files besides the shipped one.")
    var chainFiles: String?

    @Flag(help: "Stop and start the daemon after every turn.")
    var restarts = false

    @Option(help: "table or ndjson.")
    var output: Output = .table

    enum Output: String, ExpressibleByArgument, CaseIterable { case table, ndjson }

    func run() async throws {
        try await reportingErrors {
            var differences = 0
            for folder in try folders.flatMap(expand) {
                differences += try await replay(folder) ? 0 : 1
            }
            if differences > 0 {
                throw Exit(
                    code: .badData, message: "\(differences) fixture(s) gave other events than they must")
            }
        }
    }

    private func expand(_ folder: String) throws -> [String] {
        if FileManager.default.fileExists(atPath: "\(folder)/tape.jsonl") { return [folder] }
        let folders = Fixture.folders(below: folder)
        if folders.isEmpty { throw Exit(code: .usage, message: "\(folder): no tape.jsonl in it or below it") }
        return folders
    }

    private func replay(_ folder: String) async throws -> Bool {
        let fixture = try fixture(at: folder, chainFiles: chainFiles)
        let player = FixturePlayer(fixture, restarts: restarts ? .afterEveryTurn : .never)
        let events: [Event]
        do { events = try await player.play() } catch let error as FixtureError {
            throw Exit(code: .badData, message: "\(error)")
        }
        if case .ndjson = output { for event in events { say(event.body) } }
        let difference = FixtureDifference(
            expected: fixture.expected, came: try events.map { try ExpectedEvent($0) })
        if case .table = output {
            say("\(difference == nil ? "ok  " : "FAIL")  \(folder)  \(events.count) events")
        }
        if let difference { complain("\(folder): \(difference)") }
        return difference == nil
    }
}
