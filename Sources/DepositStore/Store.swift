internal import Dispatch
internal import GRDB
internal import Synchronization

/// Everything that must survive: chains, issued addresses, deposits, events, and the outbox.
///
/// One process, one writer. A write is one transaction and is durable once its call has returned; it is not
/// interrupted when its task is cancelled. After a fatal error nothing is written any more.
public final class Store: Sendable {
    public enum Place: Hashable, Sendable {
        case file(String)
        /// Gone when the store is: for tests and for the demo.
        case memory
    }

    let database: any DatabaseWriter
    let file: String
    private let isInMemory: Bool
    private let lock: LockFile?
    let trouble = StoreTrouble()
    let news = News()
    private let isClosed = Mutex(false)
    /// Transactions that were asked for and have more to do than to be flushed.
    private let writing = Atomic(0)
    /// One at a time: GRDB's pool may not be closed by two threads at once.
    private let closing = DispatchQueue(label: "depositwatch.store.closing")

    /// Opens or creates the store. Blocks while an older schema is brought up to date.
    public convenience init(at place: Place) throws(StoreError) {
        // 8 MiB of log, which is then written over: a flush of a file that grows takes twice as long, and a longer log
        // would hold up the commit that moves it into the database.
        try self.init(at: place, checkpointEvery: 2_048)
    }

    /// - Parameter pages: how long the log grows before it is moved into the database.
    init(at place: Place, checkpointEvery pages: Int) throws(StoreError) {
        switch place {
        case .memory:
            file = ":memory:"
            isInMemory = true
            lock = nil
        case .file(let path):
            file = path
            isInMemory = false
            lock = try LockFile(beside: path)
        }
        do {
            database = try Self.open(place, checkpointEvery: pages)
            CrashPoint.recovered.pass()
            try Schema.migrate(database, file: file)
            database.add(transactionObserver: news, extent: .observerLifetime)
        } catch {
            throw StoreError(error, file: file)
        }
    }

    /// Opens a store to read it, without its lock: beside a running daemon too. Nothing is made, and nothing mended.
    public init(reading path: String) throws(StoreError) {
        file = path
        isInMemory = false
        lock = nil
        database = try Self.openToRead(path)
    }

    /// The fatal error after which nothing is written any more; nil while all is well.
    public var failed: StoreError? { trouble.error }

    /// Waits for that error; nil when the task is cancelled before there is one.
    public func waitForFailure() async -> StoreError? {
        await trouble.wait()
    }

    /// Waits for what runs, and lets go of the file. Every later call fails.
    public func close() async {
        isClosed.withLock { $0 = true }
        await withCheckedContinuation { continuation in
            closing.async {
                try? self.database.close()
                self.lock?.release()
                continuation.resume()
            }
        }
    }

    private static func open(_ place: Place, checkpointEvery pages: Int) throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.label = "depositwatch.store"
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        guard case .file(let path) = place else { return try DatabaseQueue(configuration: configuration) }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { db in
            // GRDB sets NORMAL while it opens a pool, under which a power cut may lose what was acknowledged.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA cache_size = -65536")
            db.checkpoint(every: pages)
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
            try assertDurable(db)
        }
        return pool
    }

    /// What durability rests on, read back: a pragma that did not take makes no error.
    private static func assertDurable(_ db: Database) throws {
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode")
        let foreignKeys = try Int.fetchOne(db, sql: "PRAGMA foreign_keys")
        guard synchronous == 2, journal == "wal", foreignKeys == 1 else {
            throw Unsafe("synchronous is \(synchronous ?? -1), journal_mode is \(journal ?? "unknown")")
        }
    }
}

extension Store {
    /// One transaction on the one writer: all of `body`, or nothing of it.
    ///
    /// - Parameter committed: called once it is durable, before the writer takes the next one.
    func write<Value: Sendable>(
        committed: @escaping @Sendable (Value) -> Void = { _ in },
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await patiently { await self.writeOnce(committed: committed, body) }.get()
    }

    private func writeOnce<Value: Sendable>(
        committed: @escaping @Sendable (Value) -> Void, _ body: @escaping @Sendable (Database) throws -> Value
    ) async -> Result<Value, StoreError> {
        await withCheckedContinuation { continuation in
            enqueue(continuation) {
                writing.add(1, ordering: .relaxed)
                onWriter { db in
                    let result = self.transact(db, body)
                    if case .success(let value) = result { committed(value) }
                    continuation.resume(returning: result)
                }
            }
        }
    }

    /// Hands work to the database, unless that is closed: its queues must not be given any then.
    private func enqueue<Value>(
        _ continuation: CheckedContinuation<Result<Value, StoreError>, Never>, _ work: () -> Void
    ) {
        let isEnqueued = isClosed.withLock { isClosed in
            if !isClosed { work() }
            return !isClosed
        }
        if !isEnqueued { continuation.resume(returning: .failure(.io(file: file, detail: "it was closed"))) }
    }

    private func transact<Value>(
        _ db: Database, _ body: (Database) throws -> Value
    ) -> Result<Value, StoreError> {
        var isWriting = true
        func endWriting() {
            if isWriting { writing.subtract(1, ordering: .relaxed) }
            isWriting = false
        }
        defer { endWriting() }
        if let failed { return .failure(failed) }
        do {
            var value: Value?
            try db.inTransaction(.immediate) {
                value = try body(db)
                endWriting()
                news.show()
                CrashPoint.committing.pass()
                return .commit
            }
            CrashPoint.committed.pass()
            news.end(isDurable: true)
            guard let value else { preconditionFailure("a transaction that committed has run its body") }
            return .success(value)
        } catch {
            news.end(isDurable: false)
            return .failure(classed(error))
        }
    }

    /// Whoever meets a fatal error, be it a reader, ends all writing.
    private func classed(_ error: any Error) -> StoreError {
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_CANTOPEN {
            return .noDescriptors(file: file)
        }
        let error = StoreError(error, file: file)
        trouble.note(error)
        return error
    }

    /// A read of one moment: nothing that is committed meanwhile shows.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await read(on: onOneMoment, body)
    }

    /// As `read`, of what was committed just now: by the writer where it has nothing to write, for it has that in its
    /// memory, which the readers lose with every commit.
    func readNewest<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        guard writing.load(ordering: .relaxed) == 0 else { return try await read(body) }
        return try await read(on: { body in onWriter { body(.success($0)) } }, body)
    }

    private func read<Value: Sendable>(
        on connection: (@escaping @Sendable (Result<Database, any Error>) -> Void) -> Void,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await patiently { await self.readOnce(on: connection, body) }.get()
    }

    private func readOnce<Value: Sendable>(
        on connection: (@escaping @Sendable (Result<Database, any Error>) -> Void) -> Void,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async -> Result<Value, StoreError> {
        await withCheckedContinuation { continuation in
            enqueue(continuation) {
                connection { reader in
                    let result = Result { try body(reader.get()) }
                    continuation.resume(returning: result.mapError { self.classed($0) })
                }
            }
        }
    }

    // In memory there is one connection and nothing to wait for, so that the caller's own thread does the work. GRDB's
    // own read would switch it to read-only and back, for which SQLite forgets every prepared statement.

    private var memory: DatabaseQueue? { isInMemory ? database as? DatabaseQueue : nil }

    private func onWriter(_ body: @escaping @Sendable (Database) -> Void) {
        if let memory {
            memory.inDatabase(body)
        } else {
            database.asyncWriteWithoutTransaction(body)
        }
    }

    private func onOneMoment(_ body: @escaping @Sendable (Result<Database, any Error>) -> Void) {
        if let memory {
            memory.inDatabase { body(.success($0)) }
        } else {
            database.asyncRead(body)
        }
    }
}
