#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
internal import Synchronization

/// Keeps a second process off a store: `flock` on a file beside it, gone with the process that held it.
///
/// The file itself stays; only the lock on it counts. It holds the owner's process id, for people.
final class LockFile: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Makes the folder where it is missing, takes the lock, and makes the database file private before SQLite does.
    ///
    /// Files are as private as can be whatever the umask says; SQLite gives its `-wal` and `-shm` the database's mode.
    init(beside database: String) throws(StoreError) {
        try Self.makeFolder(of: database)
        let path = database + ".lock"
        // A link there, or a file of somebody else's, would have us write where he likes.
        let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard lock >= 0 else {
            throw errno == ELOOP
                ? .foreign(file: path, detail: "it is a symbolic link")
                : Self.failure("cannot open \(path)", database)
        }
        if let why = Self.flaw(of: lock, maySharePlace: false) {
            close(lock)
            throw .foreign(file: path, detail: why)
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            defer { close(lock) }
            guard isHeld else { throw Self.failure("cannot lock \(path)", database) }
            throw .locked(file: database, process: Self.owner(lock))
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(lock, 0) == 0, pwrite(lock, text, text.count, 0) == text.count else {
            defer { close(lock) }
            throw Self.failure("cannot write \(path)", database)
        }
        let file = open(database, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            defer { close(lock) }
            throw Self.failure("cannot open it", database)
        }
        let why = Self.flaw(of: file)
        close(file)
        if let why {
            close(lock)
            throw .foreign(file: database, detail: why)
        }
        descriptor = Mutex(lock)
    }

    deinit {
        release()
    }

    func release() {
        descriptor.withLock {
            if let open = $0 {
                // Closing alone leaves it to a child that is just being started and holds the same file.
                flock(open, LOCK_UN)
                close(open)
            }
            $0 = nil
        }
    }

    /// Why an open file is none to trust: it is no plain file, not ours, or one of ours under a second name.
    private static func flaw(of descriptor: Int32, maySharePlace: Bool = true) -> String? {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return "it cannot be looked at" }
        guard info.st_mode & S_IFMT == S_IFREG else { return "it is no plain file" }
        guard info.st_uid == geteuid() else {
            return "it belongs to user \(info.st_uid), and we run as user \(geteuid())"
        }
        if !maySharePlace, info.st_nlink > 1 { return "it has a second name elsewhere" }
        return nil
    }

    private static func owner(_ lock: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(lock, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: buffer.prefix(count).prefix { $0 != 10 }, as: UTF8.self))
    }

    private static func makeFolder(of path: String) throws(StoreError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).dropLast()
        var folder = path.hasPrefix("/") ? "" : "."
        for part in parts {
            folder += "/" + part
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
                // A folder that is there may still be refused with another error (a read-only file system).
                let error = errno
                var info = stat()
                if stat(folder, &info) == 0 { continue }
                errno = error
                throw failure("cannot make the folder \(folder)", path)
            }
        }
    }

    private static func failure(_ what: String, _ database: String) -> StoreError {
        let reason = String(cString: strerror(errno))
        switch errno {
        case ENOSPC: return .diskFull(file: database)
        case EMFILE, ENFILE: return .noDescriptors(file: database)
        default: return .io(file: database, detail: "\(what): \(reason)")
        }
    }
}
