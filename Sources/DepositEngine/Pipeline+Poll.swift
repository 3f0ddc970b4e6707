internal import ChainKit
internal import DepositCore
internal import DepositStore
internal import NodeRPC

extension Pipeline {
    /// Headers that one turn takes at most: enough to keep a catch-up busy, few enough to see a fork soon.
    static let stretch: UInt64 = 64

    /// Asks one node what `nextStep` must know, in as few requests as the situation needs.
    ///
    /// Following the head costs one: when the new head stands on our tip, it proves the tip as well.
    mutating func poll(_ asked: ChainNode) async throws -> RemoteView {
        let node = asked.adapter
        let head = try await node.head()
        guard let tip = local.tip else { return try await firstView(node, head) }
        if head.header.parent == tip.hash, head.header.height > tip.height {
            return RemoteView(head: head, probe: tip, floor: nil, above: [head.header])
        }
        if head.header.height <= tip.height {
            return try await withFloor(
                node, RemoteView(head: head, probe: head.header, floor: nil, above: []))
        }
        let last = min(head.header.height, tip.height + Self.stretch)
        let headers = try await node.headers(at: tip.height...last)
        guard let probe = headers.first, probe.height == tip.height else {
            // Reorganised in between, or never sound: it has not shown our tip, so it may not speak for it.
            let what = "block \(tip.height), though its head is at \(head.header.height)"
            throw NodeError(node: asked.name, fault: .missing(what))
        }
        let view = RemoteView(head: head, probe: probe, floor: nil, above: Array(headers.dropFirst()))
        return try await withFloor(node, view)
    }

    /// Where nothing has been scanned yet: from the configured height on, or from the head at the first start.
    private mutating func firstView(_ node: any ChainAdapter, _ head: Head) async throws -> RemoteView {
        if from == nil {
            try await store.setStart(spec.id, from: head.header.height)
            from = head.header.height
        }
        guard let from, from <= head.header.height else {
            return RemoteView(head: head, probe: head.header, floor: nil, above: [])
        }
        let above = try await node.headers(at: from...min(head.header.height, from + Self.stretch))
        return RemoteView(head: head, probe: head.header, floor: nil, above: above)
    }

    /// Adds the node's header at our floor when the probe shows a fork above it, so that a reorg that is too deep is
    /// seen before anything is undone.
    private func withFloor(_ node: any ChainAdapter, _ view: RemoteView) async throws -> RemoteView {
        guard let ours = local.header(at: view.probe.height), ours.hash != view.probe.hash,
            let floor = local.floor, floor.height < view.probe.height
        else { return view }
        let theirs = try await node.headers(at: floor.height...floor.height).first
        return RemoteView(head: view.head, probe: view.probe, floor: theirs, above: view.above)
    }
}
