import DepositCore
import Foundation
import GRDB
import Testing

@testable import DepositStore

@Suite struct ReadingTests {
    @Test func `a store can be read beside the daemon that holds it, and not written`() async throws {
        let folder = try Folder()
        let path = folder.store
        let store = try Store(at: .file(path))
        _ = try await store.openChain(chain, window: 10)
        try await store.connect(block(header(1)))
        let reader = try Store(reading: path)
        try await store.connect(block(header(2)))
        #expect(try await reader.scannedSpan(of: chain)?.tip == 2)
        #expect(await failure { try await reader.setStart(chain, from: 7) } != nil)
        await reader.close()
        await store.close()
    }

    @Test func `a reader sees one moment, whatever is committed while it reads`() async throws {
        let folder = try Folder()
        let path = folder.store
        let store = try Store(at: .file(path))
        _ = try await store.openChain(chain, window: 10)
        try await store.connect(block(header(1)))
        let reader = try Store(reading: path)
        let seen = try await reader.read { db in
            let before = try db.integer("SELECT max(height) FROM header")
            try DatabaseQueue(path: path).write {
                try $0.execute(sql: "UPDATE header SET height = 7")
            }
            return [before, try db.integer("SELECT max(height) FROM header")]
        }
        #expect(seen == [1, 1])
        #expect(try await reader.read { try $0.integer("SELECT max(height) FROM header") } == 7)
        await reader.close()
        await store.close()
    }

    @Test func `a missing store is said to be, and stays so`() async throws {
        let folder = try Folder()
        let path = folder.store
        #expect(await failure { try Store(reading: path) } == .missing(file: path))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `only the schema of this version is read`() async throws {
        let folder = try Folder()
        let path = folder.store
        let store = try Store(at: .file(path))
        try await store.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')") }
        #expect(await failure { try Store(reading: path) } == .newer(file: path, migration: "99"))
        try await store.write { try $0.execute(sql: "DELETE FROM grdb_migrations") }
        #expect(await failure { try Store(reading: path) } == .older(file: path))
        await store.close()

        let empty = folder.path + "/empty.db"
        try Data().write(to: URL(fileURLWithPath: empty))
        #expect(await failure { try Store(reading: empty) } == .older(file: empty))
        let other = folder.path + "/other.db"
        let songs = try DatabaseQueue(path: other)
        try await songs.write { try $0.execute(sql: "CREATE TABLE songs (title TEXT)") }
        try songs.close()
        guard case .corrupt = await failure({ try Store(reading: other) }) else {
            Issue.record("another program's file was taken for a store")
            return
        }
    }

    @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
    func
        `where its folder cannot be written a store is read with its log beside it, and else says so`()
        async throws
    {
        let folder = try Folder()
        let path = folder.store
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let store = try Store(at: .file(path))
        _ = try await store.openChain(chain, window: 10)
        try await store.connect(block(header(1)))
        let reader = try closed(parent) { try Store(reading: path) }
        #expect(try await reader.scannedSpan(of: chain)?.tip == 1)
        await reader.close()
        await store.close()
        await (try closed(parent) { try Store(reading: path) }).close()
        for file in [path + "-wal", path + "-shm"] { try FileManager.default.removeItem(atPath: file) }
        let error = await failure { try closed(parent) { try Store(reading: path) } }
        guard case .unreadable = error else {
            Issue.record("not said: \(String(describing: error))")
            return
        }
        #expect(error?.isFatal == false)
    }

    /// What comes of it while nobody may write in the folder.
    private func closed<Value>(_ folder: String, _ body: () throws -> Value) throws -> Value {
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder) }
        return try body()
    }
}
