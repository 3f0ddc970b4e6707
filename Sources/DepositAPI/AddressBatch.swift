internal import ChainKit
internal import DepositCore
internal import DepositStore

/// The body of `PUT /v1/addresses`.
struct AddressBatch: Decodable {
    let chain: String
    let addresses: [Entry]

    static let limit = 10_000

    enum CodingKeys: String, CodingKey, CaseIterable {
        case chain, addresses
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
        chain = try fields.decode(String.self, forKey: .chain)
        addresses = try fields.decode([Entry].self, forKey: .addresses)
    }

    struct Entry: Decodable {
        let address: String
        let memo: String?
        let label: String?
        let from: From

        /// Read leniently, so that a wrong one is named with its address, as every fault of an address is.
        enum From {
            case now
            case height(Height)
            case malformed
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case address, memo, label, from
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
            address = try fields.decode(String.self, forKey: .address)
            memo = try fields.decodeIfPresent(String.self, forKey: .memo)
            label = try fields.decodeIfPresent(String.self, forKey: .label)
            if try !fields.contains(.from) || fields.decodeNil(forKey: .from) {
                from = .now
            } else {
                let number = try? fields.decode(UInt64.self, forKey: .from)
                from = number.flatMap(Height.init).map { .height($0) } ?? .malformed
            }
        }
    }

    /// The addresses in their one spelling. The error names every one that cannot be watched, not just one.
    func resolved(on chain: any Chain) throws(Problem) -> [NewAddress] {
        guard addresses.count <= Self.limit else {
            throw Problem(
                .tooManyAddresses,
                "\(addresses.count) addresses in one call; send at most \(Self.limit). None was stored.")
        }
        var resolved: [NewAddress] = []
        var refused: [JSONText] = []
        var places: [Address: Int] = [:]
        for (index, entry) in addresses.enumerated() {
            do throws(AddressError) {
                let new = try entry.resolved(on: chain)
                if let first = places[new.address], resolved[first] != new {
                    throw AddressError("it is the address of addresses[\(first)] with another label or from")
                }
                places[new.address] = places[new.address] ?? resolved.count
                resolved.append(new)
            } catch {
                refused.append(Self.refusal(index, entry, error))
            }
        }
        guard refused.isEmpty else {
            throw Problem(
                .malformedAddress,
                "\(refused.count) of \(addresses.count) addresses cannot be watched on \(self.chain); "
                    + "mend those listed and send all again. None was stored.",
                extensions: [("addresses", .array(refused))])
        }
        return resolved
    }

    private static func refusal(_ index: Int, _ entry: Entry, _ error: AddressError) -> JSONText {
        .object([
            "index": .integer(Int64(index)), "address": .string(String(entry.address.prefix(128))),
            "reason": .string(error.description),
        ])
    }
}

extension AddressBatch.Entry {
    fileprivate func resolved(on chain: any Chain) throws(AddressError) -> NewAddress {
        guard address.utf8.count <= 256 else { throw AddressError("no address has more than 256 characters") }
        if memo != nil { throw AddressError("addresses of \(chain.spec.id) have no memos; leave memo out") }
        if let label {
            guard label.utf8.count <= 256 else {
                throw AddressError("the label has more than 256 bytes; shorten it")
            }
            guard label.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
                throw AddressError("the label has a control character; take it out")
            }
        }
        let height: Height?
        switch from {
        case .now: height = nil
        case .height(let from): height = from
        case .malformed:
            throw AddressError("from is no height; give a whole number from 0 on, or leave it out")
        }
        return NewAddress(try chain.address(address), label: label, from: height)
    }
}
