internal import BigInt
internal import ChainKit
internal import DepositCore
internal import NodeRPC

extension BlockScan {
    /// keccak("Transfer(address,address,uint256)"), the first topic of an ERC-20 transfer (ERC-20,
    /// "Transfer").
    static let transferTopic = Keccak256.hash(Array("Transfer(address,address,uint256)".utf8))

    /// Whether the log says of itself that it is of this block and receipt, and at this place.
    ///
    /// - Parameters:
    ///   - ordinal: its place in its receipt, by which some nodes number logs.
    ///   - isNested: whether it stands in its receipt; else it must say where it belongs.
    func checkLogPlace(_ index: Int, _ ordinal: Int, isNested: Bool) throws(Flaw) {
        if !isNested || log.has(.blockHash) {
            let block = try log.bytes32(.blockHash)
            guard block == hash else {
                throw Flaw.unproven("block of log \(logIndex)", expected: hash.text, found: block.text)
            }
        }
        if !isNested || log.has(.transactionHash) {
            let transaction = try log.bytes32(.transactionHash)
            guard transaction == transactions[index].hash else {
                throw Flaw.unproven(
                    "transaction of log \(logIndex)", expected: transactions[index].hash.text,
                    found: transaction.text)
            }
        }
        if !isNested || log.has(.logIndex) {
            let place = try log.unsigned(.logIndex)
            guard place == logIndex || place == UInt64(ordinal) else {
                throw Flaw.unproven(
                    "index of a log of receipt \(index)", expected: "\(logIndex)", found: "\(place)")
            }
        }
        if log[.removed]?.bool == true {
            throw Flaw.unproven(
                "log \(logIndex) of block \(header.height)", expected: "standing", found: "removed")
        }
    }

    /// Reads the log that `log` holds: its part in the bloom, its encoding, and the transfer it may be.
    mutating func readLog(in index: Int, ordinal: Int, _ outcome: Outcome, isWritten: Bool) throws(Flaw) {
        logIndex += 1
        let address = try log.account(.address)
        let data = try log.hex(.data)
        var topics = (Bytes32.zero, Bytes32.zero, Bytes32.zero)
        var count = 0
        let list = writer.beginList()
        if isWritten { writer.string(address) }
        let inner = writer.beginList()
        if hashesLogs { receiptBloom.add(bloomBits.bits(of: address)) }
        for json in try log.array(.topics).elements {
            guard let topic = json.hex?.bytes32 else {
                throw log.flaw(.topics, "holds what is no 32 bytes of hex")
            }
            switch count {
            case 0: topics.0 = topic
            case 1: topics.1 = topic
            case 2: topics.2 = topic
            default: break
            }
            count += 1
            if hashesLogs { receiptBloom.add(bloomBits.bits(of: topic)) }
            if isWritten { writer.string(topic) }
        }
        if isWritten {
            writer.endList(inner)
            guard writer.data(data) else { throw log.flaw(.data, "is no whole bytes of hex") }
            writer.endList(list)
        }
        guard count == 3, topics.0 == Self.transferTopic, data.digits.count == 64 else { return }
        if !rules.verified.isEmpty { try addOutflow(address, from: topics.1, to: topics.2, data) }
        try addToken(address, from: topics.1, to: topics.2, data, in: index, ordinal: ordinal, outcome)
    }

    /// An ERC-20 transfer: by a listed contract, to a word that is an address, in a transaction that did not
    /// fail.
    ///
    /// Three topics and 32 bytes of data: ERC-721 has four topics, and other layouts are not guessed at.
    private mutating func addToken(
        _ contract: AccountBytes, from: Bytes32, to: Bytes32, _ data: HexDigits, in index: Int, ordinal: Int,
        _ outcome: Outcome
    ) throws(Flaw) {
        guard let recipient = AccountBytes(word: to), recipient.withBytes({ watching.mayContain($0) }),
            let asset = rules.tokens[contract]
        else { return }
        guard outcome != .failure else {
            throw Flaw.unproven("receipt \(index)", expected: "no logs, for it failed", found: "a transfer")
        }
        guard let amount = data.big.flatMap({ Amount($0) }) else { throw log.flaw(.data, "is no hex") }
        add(
            asset, amount, from: AccountBytes(word: from), to: recipient,
            transaction: transactions[index].hash.text, position: "log:\(ordinal)",
            isTypeKnown: isKnown(index))
    }

    /// What a watched account gave of a token whose balances are asked for: its balance need not have risen by that.
    private mutating func addOutflow(
        _ contract: AccountBytes, from: Bytes32, to: Bytes32, _ data: HexDigits
    ) throws(Flaw) {
        guard let asset = rules.tokens[contract], rules.verified[asset] != nil,
            let sender = AccountBytes(word: from), let recipient = AccountBytes(word: to),
            sender != recipient,
            sender.withBytes({ watching.mayContain($0) })
        else { return }
        guard let amount = data.big else { throw log.flaw(.data, "is no hex") }
        outflows[Holding(asset: asset, account: sender.text), default: 0] += amount
    }
}
