internal import DepositCore
internal import Logging
internal import NodeRPC
internal import Synchronization

/// What people are told of the nodes, besides their failures.
extension NodePool {
    /// How each is doing, in the operator's order.
    var reports: [NodeReport] {
        let records = state.withLock { $0.records }
        return members.map { member in
            let record = records[member.index]
            return NodeReport(
                name: record.name, head: record.head, complaint: record.complaint,
                restsUntil: record.isFit(at: clock.now) ? nil : record.restsUntil, heldTo: member.rpc.heldTo,
                batchesOf: member.rpc.batchesOf, capabilities: record.capabilities,
                remarks: member.rpc.remarks.all.map(\.words))
        }
    }

    /// Says once that the chain stands still, and has every node asked again who it is, for that tells whether it is
    /// syncing.
    func note(_ stall: Stall?) {
        let isNews = state.withLock { state in
            guard state.isStalled != (stall != nil) else { return false }
            state.isStalled = stall != nil
            if stall != nil { for index in state.records.indices { state.records[index].doubt() } }
            return true
        }
        guard isNews else { return }
        if let stall {
            logger.warning(
                "the chain stands still, or every node of it does; compare with nodes of others",
                metadata: ["reason": "\(stall.words)"])
        } else {
            logger.notice("the chain goes on")
        }
    }

    /// Says each remark on a node once.
    func noteRemarks(of member: Member) {
        let remarks = member.rpc.remarks.all
        let news = state.withLock { state in
            let news = remarks.filter { !state.told[member.index, default: []].contains($0) }
            if !news.isEmpty { state.told[member.index] = Set(remarks) }
            return news
        }
        for remark in news {
            logger.notice(
                "a remark on a node",
                metadata: ["node": "\(member.node.name)", "remark": "\(remark.words)"])
        }
    }

    /// Says once that a node is asked more slowly than the operator allows, and once that it is not any more.
    func noteRate(of member: Member) {
        let rate = member.rpc.heldTo
        let isNews = state.withLock { state in
            rate == nil
                ? state.held.remove(member.index) != nil : state.held.insert(member.index).inserted
        }
        guard isNews else { return }
        if let rate {
            logger.notice(
                "the node limits our rate and is asked more slowly",
                metadata: ["node": "\(member.node.name)", "calls_per_second": "\(rate)"])
        } else {
            logger.notice("the node is asked as often as before", metadata: ["node": "\(member.node.name)"])
        }
    }

    /// Tells of a node that it was no help in looking for late addresses; nil: that it was.
    ///
    /// It may follow the head well all the same, and keeps its turn.
    func note(oldBlocksOf seat: Seat, _ error: NodeError?) {
        let remarks = error.map {
            [Remark(topic: "old blocks", words: "it is no help in looking for late addresses: \($0.words)")]
        }
        members[seat.place].rpc.remarks.renew("old blocks", with: remarks ?? [])
    }
}
