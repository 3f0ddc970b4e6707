public import DepositCore
internal import Foundation

/// The chain files of some folders, each decoded by its family.
public struct ChainFiles: Sendable {
    public let chains: [ChainID: any Chain]

    /// Reads every `NAME.yaml` of the folders. A file in a later folder replaces an earlier one with the same `id`.
    public init(folders: [String], families: [any Chain.Type]) throws(ConfigError) {
        var chains: [ChainID: any Chain] = [:]
        for folder in folders {
            for path in try Self.files(in: folder) {
                let chain = try Self.chain(at: path, families: families)
                chains[chain.spec.id] = chain
            }
        }
        self.chains = chains
    }

    /// One chain file.
    public static func chain(
        at path: String, families: [any Chain.Type]
    ) throws(ConfigError) -> any Chain {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigError(
                file: path, line: nil, message: "cannot be read; check the path and its permissions")
        }
        let spec = try ChainSpec(text, file: path)
        guard let family = families.first(where: { $0.family == spec.family }) else {
            let known = families.map { $0.family }.joined(separator: ", ")
            throw ConfigError(
                file: path, line: nil, message: "unknown family \(spec.family); known: \(known)")
        }
        return try family.init(spec)
    }

    private static func files(in folder: String) throws(ConfigError) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw ConfigError(file: folder, line: nil, message: "no folder of chain files can be read here")
        }
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
    }
}
