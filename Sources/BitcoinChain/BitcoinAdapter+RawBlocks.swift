internal import ChainKit
internal import DepositCore
internal import NodeRPC
internal import Synchronization

/// How the bytes of a block are asked for by JSON-RPC, the widest form first.
enum RawBlockForm: CaseIterable {
    /// `getblock` with `false`, which is verbosity 0 to nearly every node of the family, old ones included.
    case byFlag
    /// The same with 0: btcd and what came of it take no flag.
    case byNumber
    /// The list of transactions, and each by `getrawtransaction` with the block's hash: where the whole block is more
    /// than the node, or what stands before it, answers at once.
    case each
}

extension BitcoinAdapter {
    /// The block in whichever form the node gives it.
    func blockByRPC(_ header: Header, _ watching: Watchlist) async throws(NodeError) -> Block {
        let forms = RawBlockForm.allCases
        let plan = blockForms.withLock { $0.plan(of: forms.count) }
        var isDefinite = true
        var refusal: NodeError?
        for place in plan {
            do throws(NodeError) {
                let block = try await block(header, forms[place], watching)
                blockForms.withLock { $0.note(place, of: plan, isDefinite: isDefinite) }
                return block
            } catch {
                guard error.asksForLess else { throw error }
                isDefinite = isDefinite && error.isAboutParameters
                refusal = error
            }
        }
        throw refusal ?? node.fault(.missing("block \(header.height)"))
    }

    private func block(
        _ header: Header, _ form: RawBlockForm, _ watching: Watchlist
    ) async throws(NodeError) -> Block {
        let flag: String
        switch form {
        case .byFlag: flag = "false"
        case .byNumber: flag = "0"
        case .each: return try prove(header, try await assembled(header), watching)
        }
        let call = RPCCall("getblock", #"["\#(header.hash)",\#(flag)]"#)
        return try await node.call([call]) { replies throws(NodeError) in
            guard let digits = try replies.value(0, of: "block \(header.height)").bytes,
                let bytes = Hex.decode(digits)
            else {
                throw replies.fault(.malformed("getblock answered no hex digits"))
            }
            return try self.prove(header, bytes, watching)
        }
    }

    private func prove(
        _ header: Header, _ bytes: [UInt8], _ watching: Watchlist
    ) throws(NodeError) -> Block {
        try node.proving(bytes) { bytes throws(BlockFault) in
            try self.chain.block(header, from: bytes, watching: watching)
        }
    }

    /// The bytes of a block, put together from those of its header and its transactions. That they are the block is
    /// proven as for any other. What stands behind the transactions (Litecoin's extension block) is not among them.
    private func assembled(_ header: Header) async throws(NodeError) -> [UInt8] {
        let question = [
            RPCCall("getblockheader", #"["\#(header.hash)",false]"#),
            RPCCall("getblock", #"["\#(header.hash)"]"#),
        ]
        var (bytes, names) = try await node.call(question) { replies throws(NodeError) in
            guard let digits = try replies.value(0, of: "block \(header.height)").bytes,
                let bytes = Hex.decode(digits)
            else {
                throw replies.fault(.malformed("getblockheader answered no hex digits"))
            }
            guard let list = try replies.value(1, of: "block \(header.height)").member("tx"), list.isArray
            else {
                throw replies.fault(.malformed("getblock answered without tx"))
            }
            return (bytes, list.elements.compactMap(\.string).filter { Hash256(text: $0) != nil })
        }
        bytes += compactSize(names.count)
        let calls = names.map { RPCCall("getrawtransaction", #"["\#($0)",0,"\#(header.hash)"]"#) }
        bytes += try await node.call(calls) { replies throws(NodeError) in
            var bytes: [UInt8] = []
            for index in calls.indices {
                guard let digits = try replies.value(index).bytes, let transaction = Hex.decode(digits) else {
                    throw replies.fault(.malformed("getrawtransaction answered no hex digits"))
                }
                bytes += transaction
            }
            return bytes
        }
        return bytes
    }

    private func compactSize(_ count: Int) -> [UInt8] {
        let digits = withUnsafeBytes(of: UInt64(count).littleEndian) { Array($0) }
        return switch count {
        case ..<0xfd: [digits[0]]
        case ..<0x1_0000: [0xfd] + digits.prefix(2)
        default: [0xfe] + digits.prefix(4)
        }
    }
}

extension NodeError {
    /// The node would refuse the same form of the question for any block: a type or number of parameters (Bitcoin Core:
    /// -1, -3, -8), no such method.
    fileprivate var isAboutParameters: Bool {
        if case .rpc(_, let code, _) = fault { return [-1, -3, -8, -32_601, -32_602].contains(code) }
        return saysAbsent
    }
}
