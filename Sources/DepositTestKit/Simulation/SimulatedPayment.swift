internal import DepositCore

/// What one output of a simulated transaction pays, in the block that holds it.
struct SimulatedPayment: Hashable, Sendable {
    /// What makes it the same payment when it is mined again.
    struct Identity: Hashable, Sendable, CustomStringConvertible {
        let transaction: String
        let output: Int

        var description: String { "\(transaction)/\(output)" }
    }

    let identity: Identity
    let asset: AssetID
    var amount: UInt64
    let to: Int
    let maturity: UInt64
    let doubt: Doubt?

    static let listed: Set<String> = ["COIN", "TOKEN"]

    /// An amount below which a deposit is recorded and not told.
    static func minimum(of asset: AssetID) -> UInt64 { asset.text == "TOKEN" ? 5 : 0 }

    /// Whether it is a deposit at all where its address is watched.
    var counts: Bool { amount > 0 && Self.listed.contains(asset.text) }
    var isSilent: Bool { amount < Self.minimum(of: asset) }

    var transfer: Transfer {
        Transfer(
            transaction: TransactionID(identity.transaction), position: Position("output:\(identity.output)"),
            asset: asset, amount: Amount(amount), to: Self.address(to), from: [], maturity: maturity,
            doubt: doubt)
    }

    static func address(_ number: Int) -> Address {
        Address(key: Array("address-\(number)".utf8), text: "address-\(number)")
    }
}
