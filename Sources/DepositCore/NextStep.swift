/// What one node showed of its chain in one turn.
public struct RemoteView: Hashable, Sendable {
    public let head: Head
    /// The node's header at the lower of our tip and its head: the one header that tells a lag from a fork.
    public let probe: Header
    /// The node's header at our floor's height; asked for only when the probe showed a fork above it.
    public let floor: Header?
    /// The node's headers above our tip, lowest first: as many as one step takes.
    public let above: [Header]

    public init(head: Head, probe: Header, floor: Header?, above: [Header]) {
        self.head = head
        self.probe = probe
        self.floor = floor
        self.above = above
    }
}

/// What to do next about one chain.
public enum Step: Hashable, Sendable {
    /// Nothing new, or the node lags behind us.
    case wait
    /// Scan these blocks, which stand on our tip and on one another.
    case connect([Header])
    /// Undo our tip: the node's chain does not have it.
    case disconnect(Header)
    /// Stop this chain: the node's chain lacks this block, which must not be undone unaided.
    case halt(Header)
}

/// The whole reorg policy.
///
/// The same probe as ours: the node only lags, or goes on from our tip. Another: a fork, so one block is undone and
/// the node is asked again; but if even the floor is gone, nothing is undone and the chain halts. A node whose head
/// is below the floor proves nothing and is waited for.
public func nextStep(local: HeaderChain, remote: RemoteView) -> Step {
    guard let tip = local.tip else { return step(connecting: remote.above, to: nil) }
    guard let ours = local.header(at: remote.probe.height) else { return .wait }
    if ours.hash == remote.probe.hash {
        return ours.height < tip.height ? .wait : step(connecting: remote.above, to: tip)
    }
    if let floor = local.floor {
        if remote.probe.height < floor.height { return .wait }
        if remote.probe.height == floor.height || remote.floor?.hash != floor.hash { return .halt(floor) }
    }
    return .disconnect(tip)
}

/// The longest part of `headers` that is linked to `tip` and in itself; a node that flips between forks gives a
/// short one.
private func step(connecting headers: [Header], to tip: Header?) -> Step {
    var linked: [Header] = []
    for header in headers {
        if let below = linked.last ?? tip {
            guard header.parent == below.hash, header.height > below.height else { break }
        }
        linked.append(header)
    }
    return linked.isEmpty ? .wait : .connect(linked)
}
