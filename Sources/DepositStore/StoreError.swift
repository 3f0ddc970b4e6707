/// What can go wrong with the store: what happened, where, and what to do about it.
public enum StoreError: Error, Hashable, Sendable {
    /// Another process has the store open, or holds SQLite's own lock on it.
    case locked(file: String, process: Int32?)
    /// The file is damaged, or is no store of depositwatch.
    case corrupt(file: String, detail: String)
    case diskFull(file: String)
    /// Reading or writing failed below SQLite.
    case io(file: String, detail: String)
    /// This process may open no more files: nothing is wrong with the disk, and nothing was written.
    case noDescriptors(file: String)
    /// A lock or database file that is a symbolic link, no file, or another user's.
    case foreign(file: String, detail: String)
    /// A newer depositwatch has changed the schema.
    case newer(file: String, migration: String)
    /// It was asked to be read, and there is none.
    case missing(file: String)
    /// It was asked to be read, and its schema is an older one, which only a writer may change.
    case older(file: String)
    /// It was asked to be read, and may not be by this user or in this folder.
    case unreadable(file: String, detail: String)
    /// The caller decided on a state that is no longer the stored one; nothing was written.
    case conflict(String)
    /// The schema refused a row; nothing was written.
    case refused(String)
    /// A page was asked for after something that this store does not know.
    case unknownCursor(String)

    /// The daemon must stop (exit 74): the store can no longer be trusted to keep what it is told.
    public var isFatal: Bool {
        switch self {
        case .corrupt, .diskFull, .io: true
        case .locked, .noDescriptors, .foreign, .newer, .missing, .older, .unreadable, .conflict, .refused,
            .unknownCursor:
            false
        }
    }
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .locked(let file, let process):
            let who = process.map { "process \($0)" } ?? "another process"
            return
                "The store \(file) is in use by \(who). Stop that one first: two would both credit deposits."
        case .corrupt(let file, let detail):
            return "The store \(file) is damaged or not a depositwatch store (\(detail)). "
                + "Put the newest backup in its place; blocks since then are scanned again by themselves."
        case .diskFull(let file):
            return "The disk that holds the store \(file) is full. Nothing was lost; "
                + "make room and start again."
        case .io(let file, let detail):
            return "Reading or writing the store \(file) failed (\(detail)). "
                + "Check the disk, the mount and the permissions, then start again."
        case .noDescriptors(let file):
            return "The store \(file) cannot be used just now: this process may open no more files. "
                + "Nothing is wrong with the disk; raise the limit (ulimit -n, LimitNOFILE), and it goes on by itself."
        case .foreign(let file, let detail):
            return
                "\(file) is not used: \(detail). Somebody else may have put it there: look at it, remove it, "
                + "and keep the store in a folder that only the daemon's user may write to."
        case .newer(let file, let migration):
            return "The store \(file) was written by a newer depositwatch (schema \(migration)). "
                + "Install that version, or put back a backup from before the upgrade."
        case .missing(let file):
            return "There is no store \(file). Name the right one as `store` in the configuration; "
                + "the first `depositwatch run` makes it."
        case .older(let file):
            return "The store \(file) was written by an older depositwatch, or never finished. "
                + "Start `depositwatch run` once: it brings the store up to date."
        case .unreadable(let file, let detail):
            return
                "The store \(file) cannot be read (\(detail)). Read it as the daemon's own user; in a folder that "
                + "cannot be written its -wal and -shm files must lie beside it."
        case .conflict(let detail):
            return "The store refused a change because it had moved on: \(detail). "
                + "Nothing was written; the next turn starts from what is stored."
        case .refused(let detail):
            return "The store's schema refused a row (\(detail)). Nothing was written. "
                + "This is a bug in depositwatch: please report it with this line."
        case .unknownCursor(let text):
            return "The cursor \"\(text)\" is not one of this store. Start again without a cursor."
        }
    }
}
