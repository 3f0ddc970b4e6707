internal import ChainKit
internal import DepositCore
internal import Foundation
internal import NodeRPC
internal import Testing

/// A family of nothing, so that folders can be read without one of the real ones.
private struct PlainChain: Chain {
    static let family = "plain"
    let spec: ChainSpec

    init(_ spec: ChainSpec) throws(ConfigError) { self.spec = spec }
    func address(_ text: String) throws(AddressError) -> Address {
        Address(key: Array(text.utf8), text: text)
    }
    func adapter(on node: Node) -> any ChainAdapter { preconditionFailure("no node is asked here") }
}

private func file(_ id: String, window: Int = 1, family: String = "plain") -> String {
    """
    {id: \(id), family: \(family), network: {}, block_interval: 1s, reorg_window: \(window), finality: instant,
    proof: full, assets: [{id: A, native: true, decimals: 1}], policy: [{depth: 1}]}
    """
}

/// A folder with these files, for as long as `body` runs.
private func withFolder<Value>(_ files: [String: String], _ body: (String) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "chains-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    return try body(folder.path(percentEncoded: false))
}

@Suite struct ChainFilesTests {
    @Test func `every yaml file of a folder is a chain, and other files are not read`() throws {
        try withFolder(["a.yaml": file("a"), "b.yaml": file("b"), "README.md": "{"]) { folder in
            let files = try ChainFiles(folders: [folder], families: [PlainChain.self])
            #expect(files.chains.keys.sorted() == [ChainID("a"), ChainID("b")])
        }
    }

    @Test func `a file in a later folder replaces one with the same id`() throws {
        try withFolder(["a.yaml": file("a", window: 5), "b.yaml": file("b", window: 6)]) { shipped in
            try withFolder(["mine.yaml": file("a", window: 7)]) { own in
                let files = try ChainFiles(folders: [shipped, own], families: [PlainChain.self])
                #expect(files.chains[ChainID("a")]?.spec.reorgWindow == 7)
                #expect(files.chains[ChainID("b")]?.spec.reorgWindow == 6)
            }
        }
    }

    @Test func `one bad file is named, with its line`() throws {
        try withFolder(["a.yaml": file("a"), "bad.yaml": "id: x\nfamily: plain\nid: y\n"]) { folder in
            let error = #expect(throws: ConfigError.self) {
                try ChainFiles(folders: [folder], families: [PlainChain.self])
            }
            #expect(error?.file.hasSuffix("/bad.yaml") == true && error?.line != nil)
        }
    }

    @Test func `a family that nobody knows is named beside those that are known`() throws {
        try withFolder(["a.yaml": file("a", family: "cosmos")]) { folder in
            let error = #expect(throws: ConfigError.self) {
                try ChainFiles(folders: [folder], families: [PlainChain.self])
            }
            #expect(error?.message == "unknown family cosmos; known: plain")
        }
    }

    @Test func `a folder that is not there is an error`() {
        let error = #expect(throws: ConfigError.self) {
            try ChainFiles(folders: ["/nowhere/chains"], families: [PlainChain.self])
        }
        #expect(error.map { "\($0)" } == "/nowhere/chains: no folder of chain files can be read here")
    }
}
