internal import DepositCore

/// One account's share of one token.
struct Holding: Hashable, Comparable {
    let asset: AssetID
    /// In its canonical spelling.
    let account: String

    static func < (left: Holding, right: Holding) -> Bool {
        (left.asset, left.account) < (right.asset, right.account)
    }
}

extension Transfer {
    var holding: Holding { Holding(asset: asset, account: to.text) }
}
