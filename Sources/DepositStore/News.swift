internal import GRDB
internal import Synchronization

/// What the transaction that is being written has to tell, and those who want to hear of it.
///
/// GRDB asks an observer about each statement and tells it of each row, so that this one knows no more than one table.
/// All of it is done on the writer's queue, but for coming and going.
final class News: TransactionObserver, @unchecked Sendable {
    struct Listener {
        let id: Int
        /// Told what will be due, by callback, before the transaction is durable.
        let coming: @Sendable ([String: Handover]) -> Void
        /// Told that events are stored, with what had been shown of them.
        let stored: @Sendable ([String: Handover]) -> Void
    }

    /// A burst that is longer is not made ready in a flush.
    private static let longestHandover = 64
    private var hasEvents = false
    private var due: [String: [DueDelivery]] = [:]
    private var shown: [String: Handover] = [:]
    /// In the order they came in.
    private let listeners = Mutex<[Listener]>([])
    private let lastID = Atomic(0)

    func listen(
        coming: @escaping @Sendable ([String: Handover]) -> Void,
        stored: @escaping @Sendable ([String: Handover]) -> Void
    ) -> Int {
        let id = lastID.add(1, ordering: .relaxed).newValue
        listeners.withLock { $0.append(Listener(id: id, coming: coming, stored: stored)) }
        return id
    }

    func forget(_ listener: Int) {
        listeners.withLock { $0.removeAll { $0.id == listener } }
    }

    /// By callback: what the transaction makes due.
    func note(_ due: [String: [DueDelivery]]) {
        self.due.merge(due) { $0 + $1 }
    }

    /// The transaction is written, and is about to be flushed.
    func show() {
        shown = due.filter { $0.value.count <= Self.longestHandover }.mapValues { Handover($0) }
        if shown.isEmpty { return }
        for listener in listeners.withLock({ $0 }) { listener.coming(shown) }
    }

    /// The transaction has ended: what was shown may be sent, or never.
    func end(isDurable: Bool) {
        for handover in shown.values { handover.end(isDurable: isDurable) }
        if isDurable, hasEvents {
            for listener in listeners.withLock({ $0 }) { listener.stored(shown) }
        }
        (hasEvents, due, shown) = (false, [:], [:])
    }

    func observes(eventsOfKind kind: DatabaseEventKind) -> Bool {
        if case .insert(tableName: "event") = kind { true } else { false }
    }

    func databaseDidChange(with event: DatabaseEvent) {
        hasEvents = true
        stopObservingDatabaseChangesUntilNextTransaction()
    }

    func databaseDidCommit(_ db: Database) {}

    func databaseDidRollback(_ db: Database) {}
}
