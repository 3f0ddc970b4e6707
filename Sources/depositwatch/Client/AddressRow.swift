import Foundation

/// An address on its way to `PUT /v1/addresses`.
struct AddressRow: Sendable {
    let chain: String
    let address: String
    let memo: String?
    let label: String?
    let from: UInt32?

    /// Addresses that one call takes.
    static let limit = 10_000

    static func body(_ chain: String, _ rows: [AddressRow]) throws -> Data {
        let addresses = rows.map { row in
            var fields: [String: JSONValue] = ["address": .text(row.address)]
            if let memo = row.memo { fields["memo"] = .text(memo) }
            if let label = row.label { fields["label"] = .text(label) }
            if let from = row.from { fields["from"] = .integer(Int64(from)) }
            return JSONValue.object(fields)
        }
        return try JSONEncoder().encode(
            JSONValue.object(["chain": .text(chain), "addresses": .list(addresses)]))
    }
}
