public import DepositCore
internal import Foundation
internal import GRDB

extension Store {
    /// Deposits, the last found first.
    public func deposits(
        _ filter: DepositFilter, after cursor: Cursor?, limit: Int
    ) async throws(StoreError) -> Page<Deposit> {
        let last = try cursor?.number("d")
        return try await read { db in
            var query = Query()
            query.add("deposit.number < ?", last)
            query.add("chain.name = ?", filter.chain?.text)
            query.add("deposit.tx = ?", filter.transaction?.text)
            query.add("deposit.address = ?", filter.address)
            query.add("deposit.status = ?", filter.status?.rawValue)
            query.add("deposit.label = ?", filter.label)
            let rows = try query.rows(
                db, "SELECT deposit.*, chain.name FROM deposit JOIN chain ON chain.number = deposit.chain",
                order: "deposit.number DESC", limit: limit)
            return try Page(
                rows, limit: limit, cursor: { Cursor("d", number: try $0.get("number")) }, item: Deposit.init)
        }
    }

    /// Watched addresses of a chain, ordered by key; with a label filter, by label first.
    public func addresses(
        on chain: ChainID, _ filter: AddressFilter, after cursor: Cursor?, limit: Int
    ) async throws(StoreError) -> Page<WatchedAddress> {
        let last = try cursor?.parts("a", count: 3)
        return try await read { db in
            guard let number = try db.chain(chain)?.number else { return Page(items: [], next: nil) }
            let isByLabel = filter.label != nil
            var query = Query()
            query.add("chain = ?", number)
            if let label = filter.label {
                if label.hasSuffix("*") {
                    query.add("label >= ? AND label < ?", all: label.rangeOfPrefix)
                } else {
                    query.add("label = ?", label)
                }
            }
            query.add("substr(text, 1, length(?)) = ?", all: filter.prefix.map { [$0, $0] } ?? ["", ""])
            if let last {
                let key = Data(last[1])
                let memo = String(decoding: last[2], as: UTF8.self)
                if isByLabel {
                    let label = String(decoding: last[0], as: UTF8.self)
                    query.add("(label, key, memo) > (?, ?, ?)", all: [label, key, memo])
                } else {
                    query.add("(key, memo) > (?, ?)", all: [key, memo])
                }
            }
            let rows = try query.rows(
                db, "SELECT * FROM address", order: isByLabel ? "label, key, memo" : "key, memo", limit: limit
            )
            return try Page(rows, limit: limit, cursor: Cursor.after) { try WatchedAddress($0, chain: chain) }
        }
    }

    /// One watched address, or nil.
    public func watched(_ address: Address, on chain: ChainID) async throws(StoreError) -> WatchedAddress? {
        try await read { db in
            guard let number = try db.chain(chain)?.number else { return nil }
            return try db.row(
                "SELECT * FROM address WHERE chain = ? AND key = ? AND memo = ?",
                [number, Data(address.key), address.memo ?? ""]
            ).map { try WatchedAddress($0, chain: chain) }
        }
    }
}

extension WatchedAddress {
    fileprivate init(_ row: Row, chain: ChainID) throws {
        let key: Data = try row.get("key")
        let memo: String = try row.get("memo")
        self.init(
            chain: chain,
            address: Address(key: [UInt8](key), text: try row.get("text"), memo: memo.isEmpty ? nil : memo),
            label: try row.find("label"), from: try row.height("first"),
            added: Timestamp(seconds: try row.get("added")))
    }
}

extension Cursor {
    fileprivate static func after(_ row: Row) throws -> Cursor {
        let key: Data = try row.get("key")
        let memo: String = try row.get("memo")
        let label: String? = try row.find("label")
        return Cursor("a", [Array((label ?? "").utf8), [UInt8](key), Array(memo.utf8)])
    }
}

extension String {
    /// `vip-*` as the range from `vip-` up to, and without, the first text that does not begin so.
    fileprivate var rangeOfPrefix: [String] {
        let prefix = String(dropLast())
        return [prefix, prefix + "\u{10FFFF}"]
    }
}
