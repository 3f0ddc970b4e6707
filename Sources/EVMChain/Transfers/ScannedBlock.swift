internal import BigInt
internal import DepositCore
internal import NodeRPC

/// A block as its transactions and logs show it, before any token was asked what its accounts hold.
struct ScannedBlock {
    var block: Block
    /// What watched accounts gave of the tokens whose balances are asked for.
    let outflows: [Holding: BigUInt]
    var ends = LooseEnds()
    /// What is odd in the answers and decides nothing.
    var remarks: [Remark] = []
    /// What came of it, where a later header commits to that.
    var results: BlockResults?

    /// What the block says that accounts received of those tokens.
    func claims(_ rules: ScanRules) -> [BalanceClaim] {
        if rules.verified.isEmpty { return [] }
        let verified = block.transfers.filter { rules.verified[$0.asset] != nil }
        let received = Dictionary(verified.map { ($0.holding, $0.amount.baseUnits) }, uniquingKeysWith: +)
        return received.sorted { $0.key < $1.key }.compactMap { holding, received in
            rules.verified[holding.asset].map { contract in
                BalanceClaim(
                    holding: holding, contract: contract, header: block.header, received: received,
                    sent: outflows[holding, default: 0])
            }
        }
    }
}
