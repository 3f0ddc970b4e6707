import DepositTestKit
import Foundation

/// Executions of one target under one seed. Each input follows from (target, seed, number) alone, so that any can be
/// made again by itself.
struct FuzzRun: Sendable {
    let target: FuzzTarget
    let seed: UInt64

    struct Tally: Sendable {
        var accepted = 0
        var refused = 0
    }

    func input(_ number: Int) -> (bytes: [UInt8], seed: Int) {
        var random = SeededRandom(seed: seed &* 0x2545_f491_4f6c_dd1d &+ UInt64(number))
        let origin = Int.random(in: 0..<target.seeds.count, using: &random)
        var mutator = Mutator(target: target, random: random)
        return (mutator.mutated(target.seeds[origin]), origin)
    }

    func execute(_ numbers: Range<Int>) async throws -> Tally {
        let journal = FuzzJournal(target: target.name, seed: seed)
        var tally = Tally()
        for number in numbers {
            journal.begin(number)
            let (bytes, origin) = input(number)
            do {
                switch try await target.feed(bytes, origin) {
                case .accepted: tally.accepted += 1
                case .refused: tally.refused += 1
                }
            } catch {
                let kept = journal.keep(bytes, number)
                throw FuzzFinding(
                    "\(error)\nThe input is in \(kept).\n\(Self.replay(target.name, seed, number))")
            }
        }
        journal.end()
        return tally
    }

    static func replay(_ target: String, _ seed: UInt64, _ number: Int) -> String {
        "Again: make fuzz FUZZ=\(target):\(seed):\(number)"
    }
}

/// The number of the execution under way, in a file: what is left of a run that trapped.
struct FuzzJournal {
    private let target: String
    private let seed: UInt64
    private let folder: URL
    private let file: FileHandle?

    /// Says how to replay what the last run of this target died in, if it died.
    init(target: String, seed: UInt64) {
        self.target = target
        self.seed = seed
        folder = FileManager.default.temporaryDirectory.appending(path: "depositwatch-fuzz")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "\(target)-\(seed)").path
        if let last = try? String(contentsOfFile: path, encoding: .utf8), let number = Int(last) {
            FileHandle.standardError.write(
                Data(
                    "The last run of \(target) ended in one execution. \(FuzzRun.replay(target, seed, number))\n"
                        .utf8))
        }
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        file = FileHandle(forWritingAtPath: path)
    }

    func begin(_ number: Int) {
        try? file?.seek(toOffset: 0)
        try? file?.write(contentsOf: Data("\(number)".utf8))
    }

    /// Keeps an input that is to be looked at; where it is.
    func keep(_ input: [UInt8], _ number: Int) -> String {
        let kept = folder.appending(path: "\(target)-\(seed)-\(number).input")
        try? Data(input).write(to: kept)
        end()
        return kept.path
    }

    func end() {
        try? FileManager.default.removeItem(at: folder.appending(path: "\(target)-\(seed)"))
    }
}
