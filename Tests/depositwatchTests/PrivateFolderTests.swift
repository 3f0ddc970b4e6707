import Foundation
import Testing

@testable import depositwatch

/// Files that nobody else reads, in a folder that nobody else has made.
@Suite struct PrivateFolderTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a folder is new and for its owner alone, and so are its files`() throws {
        let (one, two) = (try PrivateFolder(named: "private"), try PrivateFolder(named: "private"))
        defer {
            one.remove()
            two.remove()
        }
        #expect(one.path != two.path)
        #expect(try mode(one.path) == 0o700)
        try one.write("secret\n", to: "tokens")
        #expect(try mode("\(one.path)/tokens") == 0o600)
        #expect(try String(contentsOfFile: "\(one.path)/tokens", encoding: .utf8) == "secret\n")
    }

    @Test func `a file that is there is not written to, nor what a link leads to`() throws {
        let folder = try PrivateFolder(named: "private")
        defer { folder.remove() }
        try folder.write("another's\n", to: "file")
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/link", withDestinationPath: "\(folder.path)/file")
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/astray", withDestinationPath: "\(folder.path)/nowhere")
        for name in ["file", "link", "astray"] {
            #expect(throws: Exit.self) { try folder.write("ours\n", to: name) }
        }
        #expect(try String(contentsOfFile: "\(folder.path)/file", encoding: .utf8) == "another's\n")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/nowhere"))
    }
}
