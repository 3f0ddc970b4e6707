import Foundation
import Testing

@testable import DepositStore

/// What is not taken for the store's own, in a folder that others may write to.
@Suite struct LockFileTests {
    /// What stands where the lock is to be, and the words of its refusal.
    enum Trap: String, CaseIterable {
        case link = "is a symbolic link"
        case danglingLink = "is a symbolic link "
        case secondName = "has a second name"
        case pipe = "is no plain file"
        case anothers = "belongs to user 65534"
    }

    @Test(arguments: Trap.allCases)
    func `a lock that somebody else has laid out is refused, and what it leads to is left alone`(trap: Trap)
        async throws
    {
        let folder = try Folder()
        let (lock, victim) = (folder.store + ".lock", folder.path + "/victim")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/state", withIntermediateDirectories: true)
        try "precious".write(toFile: victim, atomically: true, encoding: .utf8)
        switch trap {
        case .link: try #require(symlink(victim, lock) == 0)
        case .danglingLink: try #require(symlink(folder.path + "/nowhere", lock) == 0)
        case .secondName: try #require(link(victim, lock) == 0)
        case .pipe: try #require(mkfifo(lock, 0o600) == 0)
        case .anothers:
            try "".write(toFile: lock, atomically: true, encoding: .utf8)
            // Only root can give a file away.
            guard chown(lock, 65_534, 65_534) == 0 else { return }
        }
        let error = try #require(await failure { try Store(at: .file(folder.store)) })
        guard case .foreign(lock, let detail) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(detail.contains(trap.rawValue.trimmingCharacters(in: .whitespaces)))
        #expect(!error.isFatal)
        #expect(error.description.contains("look at it, remove it"))
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/nowhere"))
        #expect(!FileManager.default.fileExists(atPath: folder.store))
    }

    @Test func `a database of another user's is refused`() async throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/state", withIntermediateDirectories: true)
        try "".write(toFile: folder.store, atomically: true, encoding: .utf8)
        guard chown(folder.store, 65_534, 65_534) == 0 else { return }
        let error = await failure { try Store(at: .file(folder.store)) }
        guard case .foreign = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
