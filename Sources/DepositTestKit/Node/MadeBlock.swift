package import ChainKit
package import DepositCore
package import NodeRPC

/// A block of a made-up chain, in whatever form its family keeps it.
package protocol MadeBlock: Sendable {
    var summary: Header { get }

    /// The block as a node that lies shows it: its header stays, so that the lie can be found out.
    func told(_ lie: NodeFault) -> Self
}

/// How one family makes its blocks and what its nodes answer about them.
package protocol ScriptedFamily: Sendable {
    /// The chain file of a chain that begins with this block.
    func chainFile(genesis: Header) -> String
    func chain(_ file: String) throws -> any Chain
    /// How its nodes write a reply.
    var form: ReplyForm { get }

    var genesis: any MadeBlock { get }
    /// - Parameter salt: tells the block from any other with the same parent and payments.
    func mine(_ payments: [TestChain.Payment], on parent: any MadeBlock, salt: UInt64) -> any MadeBlock

    /// The id of the payment's transaction.
    func transaction(of payment: TestChain.Payment) -> String

    /// The spelling of the made-up address with this number.
    func address(_ number: Int, on chain: any Chain) -> String

    func answer(_ method: String, _ parameters: [JSON], in view: NodeView) -> NodeAnswer
    /// The body of a path that is got rather than called; nil for one that is not there.
    func answer(toGet path: String, in view: NodeView) -> [UInt8]?
}

extension ScriptedFamily {
    func answer(toGet path: String, in view: NodeView) -> [UInt8]? { nil }
}
