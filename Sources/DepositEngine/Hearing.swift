internal import DepositCore
internal import NodeRPC

/// What nodes have shown when blocks in which deposits are due were read once more.
///
/// One reading of a proven block settles what it holds. Of what no hash proves, as many must show it as must agree, and
/// more than show that it is not there.
struct Hearing {
    private let due: [BlockHash: [Deposit]]
    /// Highest first.
    private let blocks: [BlockRef]
    private let agree: Int
    private var showing: [BlockHash: Int] = [:]
    private var denying: [BlockHash: Int] = [:]
    private var proven: [BlockHash: Bool] = [:]
    private var words: [String] = []
    private var complaints: [NodeComplaint] = []

    init(_ due: [Deposit], agree: Int) {
        let placed = due.compactMap { deposit in deposit.block.map { (block: $0, deposit: deposit) } }
        self.due = Dictionary(grouping: placed, by: \.block.hash).mapValues { $0.map(\.deposit) }
        self.agree = agree
        blocks = Set(placed.map(\.block)).sorted { $0.height > $1.height }
    }

    /// Those that are to be read by one more node.
    var open: [BlockRef] { blocks.filter { proven[$0.hash] == nil && !stands($0) } }

    private func stands(_ block: BlockRef) -> Bool {
        if let proven = proven[block.hash] { return proven }
        let showing = showing[block.hash, default: 0]
        return showing >= agree && showing > denying[block.hash, default: 0]
    }

    /// One that does not have a block any more is not at fault: it is heard of all else.
    mutating func complain(_ node: ChainNode, _ error: NodeError) {
        if case .missing = error.fault {
        } else {
            complaints.append(NodeComplaint(node: node.name, error: error))
        }
        words.append("\(error)")
    }

    /// Counts a reading: whether it holds every transfer that is due in the block, and nothing speaks against one.
    mutating func read(_ block: Block, by node: ChainNode) {
        let hash = block.header.hash
        let wrong = due[hash, default: []].lazy.compactMap { deposit -> String? in
            let shown = block.transfers.first {
                $0.isSameMovement(as: deposit.transfer)
                    && (block.isProven || $0.from == deposit.transfer.from)
            }
            if let shown, shown.doubt == nil || shown.doubt == deposit.transfer.doubt { return nil }
            let transfer = "transfer \(deposit.transfer.transaction) \(deposit.transfer.position)"
            let why = shown?.doubt.map { " that may be credited: \($0.rawValue)" } ?? ""
            return "\(node.name) shows no \(transfer) in block \(block.header.height)\(why)"
        }.first
        if let wrong { words.append(wrong) }
        if block.isProven {
            proven[hash] = wrong == nil
        } else if wrong == nil {
            showing[hash, default: 0] += 1
        } else {
            denying[hash, default: 0] += 1
        }
    }

    func verdict() -> Testimony {
        let held = blocks.filter { !stands($0) }
        let hold = held.first.map { block in
            let why = words.isEmpty ? "no node gives it now" : words.joined(separator: "; ")
            let isDisagreement = proven[block.hash] == false || denying[block.hash, default: 0] > 0
            return Hold(
                block: block,
                reason: "block \(block.height) \(block.hash) cannot be read again as it was: \(why)",
                isDisagreement: isDisagreement)
        }
        return Testimony(
            standing: Set(blocks.filter(stands).map(\.hash)), hold: hold, complaints: complaints)
    }
}

/// What came of reading again.
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
