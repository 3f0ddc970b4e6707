internal import Foundation

/// An event as a stranger reads it: from its body alone.
struct ToldEvent: Sendable {
    struct Failure: Error {}

    let id: String
    let type: String
    /// The public id of the deposit; nil for an operators' event.
    let deposit: String?
    let sequence: UInt64
    let payment: SimulatedPayment.Identity?
    let amount: String
    let address: String
    let asset: String
    /// The block that holds the deposit, or the one that did.
    let block: String
    let height: UInt64
    let confirmations: UInt64

    init(id: String, body: String) throws {
        guard let root = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any],
            let type = root["type"] as? String, let data = root["data"] as? [String: Any]
        else { throw Failure() }
        func text(_ name: String) -> String { data[name] as? String ?? "" }
        func number(_ value: Any?) -> UInt64 { (value as? NSNumber)?.uint64Value ?? 0 }
        self.id = id
        self.type = type
        let isDeposit = type.hasPrefix("deposit.")
        deposit = isDeposit ? text("id") : nil
        sequence = number(data["sequence"])
        payment = Self.payment(text("transaction"), text("position"))
        amount = text("amount")
        address = text("address")
        asset = text("asset")
        let block = data["block"] as? [String: Any] ?? data["displaced_block"] as? [String: Any] ?? [:]
        self.block = block["hash"] as? String ?? ""
        height = number(block["height"])
        confirmations = number(data["confirmations"])
    }

    private static func payment(_ transaction: String, _ position: String) -> SimulatedPayment.Identity? {
        guard let output = Int(position.dropFirst("output:".count)) else { return nil }
        return SimulatedPayment.Identity(transaction: transaction, output: output)
    }
}
