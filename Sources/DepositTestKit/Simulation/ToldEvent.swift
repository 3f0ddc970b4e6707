internal import NodeRPC

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
    let senders: [String]
    /// The block that holds the deposit, or the one that did.
    let block: String
    let height: UInt64
    let confirmations: UInt64

    init(id: String, body: String) throws {
        self = try withJSON(Array(body.utf8)) { json throws(Failure) in try ToldEvent(id, json) }
    }

    private init(_ id: String, _ json: JSON) throws(Failure) {
        guard let type = json.member("type")?.string, let data = json.member("data") else { throw Failure() }
        self.id = id
        self.type = type
        deposit = type.hasPrefix("deposit.") ? data.member("id")?.string ?? "" : nil
        sequence = data.member("sequence")?.unsigned ?? 0
        payment = Self.payment(
            data.member("transaction")?.string ?? "", data.member("position")?.string ?? "")
        amount = data.member("amount")?.string ?? ""
        address = data.member("address")?.string ?? ""
        asset = data.member("asset")?.string ?? ""
        senders = data.member("from").map { $0.elements.map { $0.string ?? "" } } ?? []
        let block = [data.member("block"), data.member("displaced_block")].lazy.compactMap { $0 }
            .first { $0.isObject }
        self.block = block?.member("hash")?.string ?? ""
        height = block?.member("height")?.unsigned ?? 0
        confirmations = data.member("confirmations")?.unsigned ?? 0
    }

    private static func payment(_ transaction: String, _ position: String) -> SimulatedPayment.Identity? {
        guard let output = Int(position.dropFirst("output:".count)) else { return nil }
        return SimulatedPayment.Identity(transaction: transaction, output: output)
    }
}
