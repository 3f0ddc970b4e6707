/// Who is connected, and who gives way where there are too many: pure, so that it can be walked at random.
///
/// A connection costs a descriptor and needs no token, so nobody can be kept from opening them. Hence a newcomer is
/// always let in, and the connection goes that has been silent the longest. Only what a token has let in is spared, and
/// that is held to a number that leaves room for newcomers, a health check among them.
struct GuestBook {
    typealias ID = ObjectIdentifier

    private struct Entry {
        let peer: String
        var heard: UInt64
        var calls = 0
    }

    private let limits: APILimits
    private var entries: [ID: Entry] = [:]
    private var moment: UInt64 = 0

    init(_ limits: APILimits) {
        self.limits = limits
    }

    var count: Int { entries.count }

    /// Enters a connection of a peer, and strikes out who gives way for it: another one, itself where all others are at
    /// work, or nobody.
    mutating func arrive(_ id: ID, from peer: String) -> ID? {
        entries[id] = Entry(peer: peer, heard: tick())
        let ofPeer = entries.filter { $0.value.peer == peer }
        guard ofPeer.count > limits.connectionsPerPeer || entries.count > limits.connections else {
            return nil
        }
        let candidates = ofPeer.count > limits.connectionsPerPeer ? ofPeer : entries
        let silent =
            candidates.filter { $0.value.calls == 0 }.min { $0.value.heard < $1.value.heard }?.key ?? id
        entries[silent] = nil
        return silent
    }

    /// A whole request has come.
    mutating func hear(_ id: ID) {
        let now = tick()
        entries[id]?.heard = now
    }

    /// A call begins that a token has let in: false where there are as many as there may be.
    mutating func begin(_ id: ID) -> Bool {
        guard let peer = entries[id]?.peer else { return true }
        let atWork = entries.values.filter { $0.calls > 0 }
        guard atWork.count < limits.calls, atWork.count(where: { $0.peer == peer }) < limits.callsPerPeer
        else {
            return false
        }
        entries[id]?.calls += 1
        return true
    }

    mutating func end(_ id: ID) {
        guard let calls = entries[id]?.calls, calls > 0 else { return }
        entries[id]?.calls = calls - 1
    }

    mutating func leave(_ id: ID) {
        entries[id] = nil
    }

    private mutating func tick() -> UInt64 {
        moment += 1
        return moment
    }
}
