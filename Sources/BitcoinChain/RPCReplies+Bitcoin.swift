internal import DepositCore
internal import NodeRPC

extension RPCReplies {
    /// The result of the call at `index`; the node's errors are told apart by their codes.
    ///
    /// Source: Bitcoin Core, rpc/protocol.h. `null` is no answer to any call that is made here.
    ///
    /// - Parameter what: is asked for, for an error.
    func value(_ index: Int, of what: String = "it") throws(NodeError) -> JSON {
        let json: JSON
        do throws(NodeError) { json = try result(index) } catch {
            guard case .rpc(_, let code, let message) = error.fault else { throw error }
            switch code {
            case -5: throw fault(.missing("\(what): \(message)"))
            case -1 where message.hasPrefix("Block not "):
                let cure =
                    message.contains("pruned")
                    ? "; let it keep more blocks (prune=), or add a node that keeps them all" : ""
                throw fault(.missing("\(what): \(message)\(cure)"))
            case -28, -10: throw fault(.syncing(message))
            default: throw error
            }
        }
        if json.isNull { throw fault(.missing("an answer: it gave null")) }
        return json
    }

    /// What `getblockhash` answered; nil where the node's chain is shorter (error -8).
    func blockHash(_ index: Int) throws(NodeError) -> BlockHash? {
        if case .error(let error) = try answer(index), error.code == -8 { return nil }
        return try hash(value(index), of: "getblockhash")
    }

    func hash(_ json: JSON, of method: String) throws(NodeError) -> BlockHash {
        guard let text = json.string, Hash256(text: text) != nil else {
            throw fault(.malformed("\(method) answered no block hash"))
        }
        return BlockHash(text)
    }
}
