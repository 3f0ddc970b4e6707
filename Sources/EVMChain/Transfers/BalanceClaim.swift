internal import BigInt
internal import DepositCore

/// What a token's logs say that one block changed in one holding.
struct BalanceClaim {
    let holding: Holding
    let contract: AccountBytes
    let header: Header
    let received: BigUInt
    let sent: BigUInt

    /// Whether the account came to hold at least what it received, less what it sent.
    ///
    /// More is no fault: a token may pay interest without a log.
    func isBorneOut(before: BigUInt, after: BigUInt) -> Bool {
        before + received <= after + sent
    }
}
