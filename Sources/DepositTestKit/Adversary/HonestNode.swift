internal import DepositCore

/// A node that tells the truth as it sees it: it may lag, fork as the chain does, stand still, be down or pruned.
struct HonestNode: Sendable {
    /// What it shows from a moment on.
    struct View: Hashable, Sendable {
        let since: Int64
        let tip: Int
        /// The newest block that it holds final, where nodes say so.
        let final: Int?
        let isUp: Bool
    }

    /// The moment at which a block reaches it.
    struct Parcel: Sendable {
        let due: Int64
        let block: Int
    }

    var tip: Int
    var final: Int?
    var inbox: [Parcel] = []
    /// Seconds that a block takes to reach it, at most.
    var lag = 0
    var stuckUntil: Int64 = 0
    var downUntil: Int64 = 0
    /// Its errors come and go with each question.
    var shakyUntil: Int64 = 0
    /// Below this it has neither headers nor bodies.
    var keptFrom: Height = 0
    /// The newest last; long past ones are forgotten.
    private(set) var views: [View] = []

    init(tip: Int) {
        self.tip = tip
    }

    func isUp(at now: Int64) -> Bool { downUntil <= now }

    /// It has answered whatever it was asked for longer than anybody rests from it, and moves.
    func isSteady(at now: Int64) -> Bool {
        moves(at: now) && shakyUntil + Self.rest <= now && downUntil + Self.rest <= now
    }

    /// Seconds.
    private static let rest: Int64 = 70

    func moves(at now: Int64) -> Bool { downUntil <= now && stuckUntil <= now }

    /// Remembers what it shows from now on.
    mutating func note(at now: Int64) {
        let view = View(since: now, tip: tip, final: final, isUp: isUp(at: now))
        if let last = views.last, last.tip == tip, last.final == final, last.isUp == view.isUp { return }
        views.append(view)
        if views.count > 400 { views.removeFirst(200) }
    }

    /// What it has shown, at some moment, since then.
    func views(since moment: Int64) -> ArraySlice<View> {
        let first = views.lastIndex { $0.since <= moment } ?? views.startIndex
        return views[first...]
    }
}
