internal import ChainKit
internal import DepositCore

/// A made-up chain as one node sees it for the length of one call.
package struct NodeView: Sendable {
    /// The chain that it is, for the spelling of addresses.
    let chain: any Chain
    /// The node's best chain, from block 0 on, without a gap.
    let best: [any MadeBlock]
    let finalized: Height?
    /// Every block that the node has, those that left its chain included.
    let known: [BlockHash: any MadeBlock]
    /// What it says of the content of its blocks instead of the truth.
    let lie: NodeFault?

    var tip: any MadeBlock { best[best.count - 1] }

    func block(at height: UInt64) -> (any MadeBlock)? {
        Int(exactly: height).flatMap { best.indices.contains($0) ? best[$0] : nil }
    }

    /// The block with this hash, as the node tells it.
    func block<Block: MadeBlock>(_ hash: String, as type: Block.Type) -> Block? {
        shown(known[BlockHash(hash)], as: type)
    }

    func shown<Block: MadeBlock>(_ block: (any MadeBlock)?, as type: Block.Type) -> Block? {
        (block as? Block).map { block in lie.map { block.told($0) } ?? block }
    }

    /// How deep the block lies in the best chain; nil for one that is not in it.
    func confirmations(_ block: Header) -> Int? {
        let height = block.height.rawValue
        guard self.block(at: height)?.summary.hash == block.hash else { return nil }
        return best.count - Int(height)
    }
}
