public import ChainKit
internal import DepositCore
internal import Foundation
public import NodeRPC

/// A folder of recorded blocks that is a test: what a node answered, who was watched, and what must come out.
///
/// `fixtures/FAMILY/CHAIN/NAME/` holds `tape.jsonl`, `watch.yaml`, `events.jsonl`, where the chain is not one of the
/// shipped ones `chain.yaml`, and where something in it only looks like a deposit `attacks.yaml`.
public struct Fixture: Sendable {
    public let folder: String
    public let chain: any Chain
    public let watch: WatchFile
    /// What must come out, in order; empty where the folder has no `events.jsonl` yet.
    public let expected: [ExpectedEvent]
    /// What looks like a deposit in it and is none; empty where the folder has no `attacks.yaml`.
    public let attacks: AttackFile

    /// - Parameter named: the chain's id, where the name of the folder above is not it.
    public init(
        _ folder: String, chains: ChainFiles, families: [any Chain.Type], named: String? = nil
    ) throws {
        self.folder = folder
        let own = "\(folder)/chain.yaml"
        let chain: any Chain
        if FileManager.default.fileExists(atPath: own) {
            chain = try ChainFiles.chain(at: own, families: families)
        } else {
            let above = URL(fileURLWithPath: folder).standardized.deletingLastPathComponent()
                .lastPathComponent
            let name = named ?? above
            guard let known = chains.chains[ChainID(name)] else {
                throw FixtureError(
                    "\(folder): there is no chain file for \(name), the name of the folder above")
            }
            chain = known
        }
        attacks = try AttackFile(at: "\(folder)/attacks.yaml")
        watch = try WatchFile(at: "\(folder)/watch.yaml", chain: chain)
        self.chain = try watch.policy.map { try type(of: chain).init(chain.spec.with(policy: $0)) } ?? chain
        let events = try? String(contentsOfFile: "\(folder)/events.jsonl", encoding: .utf8)
        expected = try (events ?? "").split(separator: "\n").map { try ExpectedEvent($0) }
    }

    /// A tape that has not been played yet.
    public func tape() throws -> Tape {
        try Self.tape(in: folder)
    }

    /// The tape of a fixture folder.
    public static func tape(in folder: String) throws -> Tape {
        let path = "\(folder)/tape.jsonl"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw FixtureError("\(path): cannot be read")
        }
        do throws(TapeError) { return try Tape(text) } catch { throw FixtureError("\(path): \(error)") }
    }

    /// Every fixture folder below `root`, by the `tape.jsonl` in it.
    public static func folders(below root: String) -> [String] {
        let files = FileManager.default.enumerator(atPath: root)
        let tapes = (files?.allObjects as? [String] ?? []).filter { $0.hasSuffix("/tape.jsonl") }
        return tapes.map { "\(root)/\($0.dropLast("/tape.jsonl".count))" }.sorted()
    }
}

/// Something about a fixture that cannot be used, where, and why.
public struct FixtureError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
