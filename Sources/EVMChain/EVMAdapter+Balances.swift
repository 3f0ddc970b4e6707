internal import BigInt
internal import DepositCore
internal import NodeRPC
internal import Synchronization

extension EVMAdapter {
    /// Asks the tokens with `verify_by_balance` what the receivers in these blocks held before and after, and doubts
    /// what their balances do not bear out. Blocks without such a transfer cost nothing.
    ///
    /// The balances are the node's word: nothing proves them from the header. A contract that fails, or answers
    /// anything but a number, has given nobody anything; a node that lacks the state says nothing about the token.
    func verified(_ scanned: [ScannedBlock]) async throws(NodeError) -> [Block] {
        let claims = scanned.flatMap { $0.claims(chain.rules) }
        if claims.isEmpty { return scanned.map(\.block) }
        let doubted = try await doubted(claims)
        return scanned.map { scanned in
            guard let holdings = doubted[scanned.block.header.hash] else { return scanned.block }
            return scanned.block.doubting(.amountNotReceived) { holdings.contains($0.holding) }
        }
    }

    private typealias Doubted = [BlockHash: Set<Holding>]

    /// By the blocks' hashes, or by their numbers where the node does not know that form (EIP-1898).
    private func doubted(_ claims: [BalanceClaim]) async throws(NodeError) -> Doubted {
        let plan = memory.withLock { $0.balances.plan(of: 2) }
        var refusal: NodeError?
        for place in plan {
            do throws(NodeError) {
                let doubted = try await doubted(claims, byNumber: place == 1)
                memory.withLock { $0.balances.note(place, of: plan, isDefinite: true) }
                return doubted
            } catch {
                guard error.isAboutParameters else { throw error }
                refusal = error
            }
        }
        throw refusal ?? node.fault(.unanswered(method: "eth_call"))
    }

    private func doubted(
        _ claims: [BalanceClaim], byNumber: Bool
    ) async throws(NodeError) -> Doubted {
        var calls = claims.flatMap { claim in
            let number = claim.header.height.rawValue
            return [(claim.header.parent, number &- 1), (claim.header.hash, number)].map { hash, number in
                RPCCall.balance(
                    of: claim.holding.account, in: claim.contract, after: hash.text,
                    number: byNumber ? number : nil)
            }
        }
        // Behind the balances, so that what they were asked of is still there after them.
        if byNumber { calls += claims.map { .header(hexQuantity($0.header.height.rawValue)) } }
        return try await node.call(calls) { replies throws(NodeError) in
            if byNumber {
                for (index, claim) in claims.enumerated() {
                    try replies.expect(claim.header, at: 2 * claims.count + index)
                }
            }
            var doubted: Doubted = [:]
            for (index, claim) in claims.enumerated() {
                let before = try replies.balance(2 * index, claim, after: claim.header.parent)
                let after = try replies.balance(2 * index + 1, claim, after: claim.header.hash)
                if let before, let after, claim.isBorneOut(before: before, after: after) { continue }
                doubted[claim.header.hash, default: []].insert(claim.holding)
            }
            return doubted
        }
    }
}

extension RPCCall {
    /// `balanceOf(address)` (ERC-20) at a block's end, asked for by its hash (EIP-1898).
    ///
    /// With gas of its own, for nodes differ in how much they give a call: a contract that uses it up must fail alike
    /// at all of them, and hold up none.
    ///
    /// - Parameter number: asked for by this instead.
    static func balance(
        of account: String, in contract: AccountBytes, after block: String, number: UInt64? = nil
    ) -> RPCCall {
        let word = String(repeating: "0", count: 24) + account.dropFirst(2)
        let place = number.map { #""\#(hexQuantity($0))""# } ?? #"{"blockHash":"\#(block)"}"#
        return RPCCall(
            "eth_call",
            #"[{"to":"\#(contract.text)","gas":"0x989680","data":"0x70a08231\#(word)"},\#(place)]"#
        )
    }
}

extension RPCReplies {
    /// The node's block of this number is the one that is meant, and so is its parent.
    fileprivate func expect(_ header: Header, at index: Int) throws(NodeError) {
        let json = try content(index, of: header)
        guard json.member("hash")?.hex?.bytes32?.text == header.hash.text,
            json.member("parentHash")?.hex?.bytes32?.text == header.parent.text
        else { throw fault(.missing("block \(header.height) (\(header.hash)) at its height"), at: index) }
    }

    /// What the token says that the account holds; nil where it fails, or answers anything but 32 bytes.
    fileprivate func balance(
        _ index: Int, _ claim: BalanceClaim, after block: BlockHash
    ) throws(NodeError) -> BigUInt? {
        if let words = absence(index) { throw fault(.balancesAbsence(of: claim.holding.asset, words)) }
        if case .error(let error) = try answer(index) {
            if error.meaning == .reverted { return nil }
            if error.saysMissing || error.saysStateless {
                throw fault(
                    .missing(
                        "the state after block \(block), which verify_by_balance of \(claim.holding.asset) needs"
                            + " (\(error.message)); let it keep more state, or add an archive node"))
            }
        }
        guard let text = try result(index).bytes, let hex = HexDigits(prefixed: text),
            hex.digits.count.isMultiple(of: 2), hex.digits.allSatisfy({ nibble($0) != nil })
        else { throw fault(.malformed("eth_call: no whole bytes of hex")) }
        return hex.digits.count == 64 ? hex.big : nil
    }
}

extension NodeError {
    /// A form of the question that the node cannot read: geth's "cannot unmarshal", others' "invalid argument".
    fileprivate var isAboutParameters: Bool {
        guard case .rpc(_, let code, let message) = fault else { return false }
        let words = message.lowercased()
        return code == -32_602 || words.contains("unmarshal") || words.contains("invalid argument")
    }
}

extension RPCError {
    /// The node has a block and not, or no longer, the accounts after it: geth's "missing trie node", Nethermind's "No
    /// state available for block", reth's "state at block is pruned", Besu's "World state unavailable".
    fileprivate var saysStateless: Bool {
        let message = message.lowercased()
        return Self.stateless.contains { message.contains($0) }
    }

    private static let stateless = [
        "missing trie node", "no state available", "state is not available", "state unavailable", "pruned",
    ]
}

extension NodeError.Fault {
    /// Of a node without `eth_call`: what a token logs could not be held against what arrived.
    ///
    /// - Parameter words: in which it refused it.
    static func balancesAbsence(of asset: AssetID, _ words: String) -> NodeError.Fault {
        .unsuited(
            why: "it has no eth_call (\(words)), which verify_by_balance of \(asset) in the chain file needs",
            remedy: "take a node or plan that has it, or give up verify_by_balance")
    }
}
