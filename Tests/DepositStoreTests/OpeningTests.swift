import DepositCore
import Foundation
import GRDB
import Testing

@testable import DepositStore

@Suite struct OpeningTests {
    @Test func `a second store on the same file is refused and names the process that has it`() async throws {
        let folder = try Folder()
        let path = folder.store
        let first = try Store(at: .file(path))
        let error = await failure { try Store(at: .file(path)) }
        #expect(error == .locked(file: path, process: getpid()))
        #expect(error?.description.contains("process \(getpid())") == true)
        await first.close()
        await (try Store(at: .file(path))).close()
    }

    @Test func `the folder is made and the files are for their owner alone`() async throws {
        let folder = try Folder()
        let path = folder.store
        let store = try Store(at: .file(path))
        _ = try await store.openChain(chain, window: 1)
        for file in [path, path + ".lock", path + "-wal"] {
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)")
        }
        await store.close()
    }

    @Test func `what is committed is flushed before the call returns and references are checked`()
        async throws
    {
        let folder = try Folder()
        let store = try Store(at: .file(folder.store))
        let pragmas = try await store.write { db in
            try [
                "synchronous", "foreign_keys", "application_id",
            ].map { try Int.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        #expect(pragmas == [2, 1, 0x6470_7774])
        #expect(try await store.write { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        await store.close()
    }

    @Test func `reads cannot write`() async throws {
        let folder = try Folder()
        let store = try Store(at: .file(folder.store))
        let error = await failure { try await store.read { try $0.run("DELETE FROM deposit") } }
        #expect(error != nil)
        await store.close()
    }

    @Test func `a store that is opened again has everything`() async throws {
        let folder = try Folder()
        let path = folder.store
        let store = try Store(at: .file(path))
        _ = try await store.openChain(chain, window: 10)
        try await store.setStart(chain, from: 1)
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        _ = try await store.add([NewAddress(address("alice"), label: "user-1")], on: chain, now: start)
        try await store.connect(block(header(1), [transfer("t1")]))
        try await store.connect(block(header(2)), finalized: header(1).block)
        let state = try await store.openChain(chain, window: 10)
        let deposits = try await store.deposits(in: header(1).block, on: chain)
        let feed = try await store.events(after: nil, limit: 10).items
        await store.close()

        let again = try Store(at: .file(path))
        #expect(try await again.openChain(chain, window: 10) == state)
        #expect(state.headers.headers == [header(1), header(2)])
        #expect(state.headers.finalized == header(1).block)
        #expect(state.from == 1)
        #expect(try await again.deposits(in: header(1).block, on: chain) == deposits)
        #expect(deposits.map(\.state) == [.finalized(in: header(1).block)])
        #expect(try await again.events(after: nil, limit: 10).items == feed)
        #expect(try await again.watchedCount(on: chain) == 1)
        await again.close()
    }

    @Test(arguments: [true, false]) func `a closed store answers every call with an error`(
        _ isFile: Bool
    ) async throws {
        let folder = try Folder()
        let store = try Store(at: isFile ? .file(folder.store) : .memory)
        await store.close()
        #expect(await failure { try await store.openChain(chain, window: 1) }?.isFatal == true)
        #expect(await failure { try await store.watchedCount(on: chain) }?.isFatal == true)
        await store.close()
    }

    @Test func `a store that two close at once is closed for both`() async throws {
        let folder = try Folder()
        let store = try Store(at: .file(folder.store))
        async let first: Void = store.close()
        async let second: Void = store.close()
        await first
        await second
        await (try Store(at: .file(folder.store))).close()
    }

    @Test func `a schema from a newer version is refused and left alone`() async throws {
        let folder = try Folder()
        let path = folder.store
        let store = try Store(at: .file(path))
        try await store.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')") }
        await store.close()
        #expect(await failure { try Store(at: .file(path)) } == .newer(file: path, migration: "99"))
    }

    @Test func `a database of another program is refused and left alone`() async throws {
        let folder = try Folder()
        let path = folder.path + "/other.db"
        let other = try DatabaseQueue(path: path)
        try await other.write { try $0.execute(sql: "CREATE TABLE songs (title TEXT)") }
        try other.close()
        guard case .corrupt = await failure({ try Store(at: .file(path)) }) else {
            Issue.record("the file was taken for a store")
            return
        }
    }

    @Test func `garbage in place of the database is called damaged and is fatal`() async throws {
        let folder = try Folder()
        let path = folder.path + "/garbage.db"
        try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: path))
        let error = await failure { try Store(at: .file(path)) }
        #expect(error?.isFatal == true)
        #expect(error?.description.contains("damaged") == true)
    }

    @Test func `a full disk is fatal, loses nothing, and is not tried again`() async throws {
        let folder = try Folder()
        let path = folder.store
        let store = try Store(at: .file(path))
        _ = try await store.openChain(chain, window: 1_000)
        try await store.connect(block(header(1)))
        try await store.write { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        let many = (0..<10_000).map { NewAddress(address("user-\($0)")) }
        #expect(await failure { try await store.add(many, on: chain, now: start) } == .diskFull(file: path))
        #expect(store.failed == .diskFull(file: path))
        try await store.database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA max_page_count = 1000000")
        }
        #expect(await failure { try await store.connect(block(header(2))) } == .diskFull(file: path))
        #expect(StoreError.diskFull(file: path).isFatal)
        #expect(try await store.watchedCount(on: chain) == 0)
        await store.close()

        let again = try Store(at: .file(path))
        try await again.connect(block(header(2)))
        #expect(try await again.tip() == 2)
        await again.close()
    }
}
