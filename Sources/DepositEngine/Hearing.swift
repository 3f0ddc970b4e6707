internal import DepositCore
internal import NodeRPC

/// What nodes have said so far of the blocks in which deposits are due.
struct Hearing {
    /// Highest first.
    let blocks: [BlockRef]
    private let due: [BlockHash: [Deposit]]
    private var votes: [BlockHash: Int] = [:]
    private var read: Set<BlockHash> = []
    /// Of which a node showed, proven, that they lack what another had shown in them.
    private var contested: Set<BlockHash> = []
    private var hasDissent = false
    private var words: [String]
    private var complaints: [NodeComplaint] = []

    init(_ due: [Deposit], after complaints: [NodeComplaint]) {
        words = complaints.map { "\($0.error)" }
        let placed = due.compactMap { deposit in deposit.block.map { (block: $0, deposit: deposit) } }
        self.due = Dictionary(grouping: placed, by: \.block.hash).mapValues { $0.map(\.deposit) }
        blocks = Set(placed.map(\.block)).sorted { $0.height > $1.height }
    }

    /// Those that nobody has read again yet.
    var unread: [BlockRef] { blocks.filter { !read.contains($0.hash) && !contested.contains($0.hash) } }

    /// Those that too few nodes have shown, or nobody has read again.
    func held(_ agree: Int) -> [BlockRef] {
        blocks.filter { votes[$0.hash, default: 0] < agree || !read.contains($0.hash) }
    }

    mutating func vote(through height: Height) {
        for block in blocks where block.height <= height { votes[block.hash, default: 0] += 1 }
    }

    mutating func note(_ what: String) {
        words.append(what)
    }

    mutating func dissent(_ what: String) {
        hasDissent = true
        words.append(what)
    }

    mutating func complain(_ node: ChainNode, _ error: NodeError) {
        complaints.append(NodeComplaint(node: node.name, error: error))
        words.append("\(error)")
    }

    /// Counts a block as read if it holds every transfer that is due in it, and nothing speaks against one of them.
    mutating func read(_ block: Block, by node: ChainNode) {
        let hash = block.header.hash
        for deposit in due[hash, default: []] {
            let shown = block.transfers.first { $0.isSameMovement(as: deposit.transfer) }
            if let shown, shown.doubt == nil || shown.doubt == deposit.transfer.doubt { continue }
            let transfer = "transfer \(deposit.transfer.transaction) \(deposit.transfer.position)"
            let why = shown?.doubt.map { " that may be credited: \($0.rawValue)" } ?? ""
            dissent("\(node.name) shows no \(transfer) in block \(block.header.height)\(why)")
            contested.insert(hash)
            return
        }
        read.insert(hash)
    }

    func verdict(_ agree: Int) -> Testimony {
        let held = held(agree)
        let hold = held.first.map { block in
            let shown = "block \(block.height) \(block.hash) is shown by \(votes[block.hash, default: 0])"
            let why = words.isEmpty ? "" : ": \(words.joined(separator: "; "))"
            return Hold(
                block: block, reason: "\(shown) of the \(agree) nodes that must agree\(why)",
                isDisagreement: hasDissent)
        }
        return Testimony(
            standing: Set(blocks.map(\.hash)).subtracting(held.map(\.hash)), hold: hold,
            complaints: complaints)
    }
}

/// What came of hearing the nodes.
struct Testimony {
    /// Blocks in which deposits may be confirmed now.
    let standing: Set<BlockHash>
    let hold: Hold?
    let complaints: [NodeComplaint]
}

extension Transfer {
    /// The same assets to the same address, by the same part of the same transaction.
    fileprivate func isSameMovement(as other: Transfer) -> Bool {
        transaction == other.transaction && position == other.position && asset == other.asset
            && amount == other.amount && to.key == other.to.key
    }
}
