/// Calls that go out in one batch: half as many after the node has refused so many, and now and then more again.
struct BatchSize: Sendable {
    let most: Int
    private(set) var calls: Int
    /// Full batches that have worked since it last changed.
    private var worked = 0
    /// How many must work before a larger one is tried: twice as many after each trial in vain.
    private var patience = 32
    private var isTrial = false

    init(most: Int) {
        self.most = max(1, most)
        calls = self.most
    }

    mutating func work(_ count: Int) {
        guard count == calls else { return }
        isTrial = false
        worked += 1
        guard calls < most, worked >= patience else { return }
        calls = min(most, 2 * calls)
        worked = 0
        isTrial = true
    }

    /// So many were refused, and this many worked.
    mutating func refuse(_ count: Int, leaving left: Int? = nil) {
        calls = max(1, min(calls, left ?? count / 2))
        if isTrial { patience = min(2 * patience, 4_096) }
        worked = 0
        isTrial = false
    }
}

/// What was learned of how a node wants to be asked.
struct Habits: Sendable {
    /// By the method that a batch begins with: a node takes fewer blocks at once than it takes headers.
    var batches: [String: BatchSize] = [:]
    /// Errors that are no batch's.
    private(set) var errors: Set<OwnError> = []

    private static let mostErrors = 256

    mutating func note(_ error: OwnError) {
        if errors.count >= Self.mostErrors { errors.removeAll() }
        errors.insert(error)
    }
}
