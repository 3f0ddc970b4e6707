internal import BigInt
internal import ChainKit
internal import DepositCore
internal import NodeRPC

extension BlockScan {
    private static let weiPerGwei = BigUInt(1_000_000_000)

    /// Reads the validators' withdrawals (EIP-4895: amounts in Gwei, no transaction, no log) and proves
    /// their root.
    mutating func readWithdrawals() throws(Flaw) {
        guard rules.withdrawals, block.has(.withdrawalsRoot) || block.has(.withdrawals) else { return }
        encodings.removeAll(keepingCapacity: true)
        writer.reset()
        var ordinal = 0
        for json in try block.array(.withdrawals).elements {
            try withdrawal.read(json, ordinal: ordinal)
            ordinal += 1
            try readWithdrawal()
        }
        guard rules.provesRoots else { return }
        let claimed = try block.bytes32(.withdrawalsRoot)
        let root = trie.root(of: encodings, in: writer)
        guard root == claimed else {
            throw Flaw.unproven(
                "withdrawals root of block \(header.height)", expected: claimed.text, found: root.text)
        }
    }

    private mutating func readWithdrawal() throws(Flaw) {
        let index = try withdrawal.unsigned(.index)
        let address = try withdrawal.account(.address)
        if rules.provesRoots {
            let start = writer.count
            let list = writer.beginList()
            writer.number(index)
            try withdrawal.write(.validatorIndex, .quantity, &writer)
            writer.string(address)
            try withdrawal.write(.amount, .quantity, &writer)
            writer.endList(list)
            encodings.append(start..<writer.count)
        }
        guard let native = rules.native, address.withBytes({ watching.mayContain($0) }) else { return }
        let gwei = BigUInt(try withdrawal.unsigned(.amount))
        guard let amount = Amount(gwei * Self.weiPerGwei) else { return }
        // A withdrawal has no transaction; its index is its own for ever (EIP-4895).
        let id = "withdrawal:\(index)"
        add(native, amount, from: nil, to: address, transaction: id, position: id)
    }
}
