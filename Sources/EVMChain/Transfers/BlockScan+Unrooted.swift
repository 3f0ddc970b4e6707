internal import DepositCore
internal import NodeRPC

extension BlockScan {
    /// What Polygon's pseudo transaction moved, read from its receipt alone. It stands under no root, so all of it goes
    /// to review.
    mutating func unrooted(
        _ transaction: Bytes32, at index: Int, receipt json: JSON
    ) throws(Flaw) -> [Transfer] {
        guard let block = Bytes32(header.hash.text) else {
            throw Flaw.malformed("block \(header.height): hash is not 32 bytes of hex")
        }
        hash = block
        transfers.removeAll()
        transactions = [.pseudo(transaction)]
        rootedCount = 0
        hashesLogs = false
        try receipt.read(json, ordinal: index)
        guard try receipt.bytes32(.blockHash) == hash, try receipt.bytes32(.transactionHash) == transaction
        else {
            throw Flaw.unproven(
                "receipt \(index)", expected: "that of \(transaction.text) in block \(hash.text)",
                found: "another")
        }
        let outcome = try receipt.outcome(hasStatus: rules.hasStatus(at: header.height))
        for (ordinal, json) in try receipt.array(.logs).elements.enumerated() {
            try log.read(json, ordinal: ordinal)
            try readLog(in: 0, ordinal: ordinal, outcome, isWritten: false)
        }
        return transfers
    }
}
