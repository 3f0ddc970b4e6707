internal import NodeRPC

extension TransactionEncoding {
    /// Writes the transaction behind what `writer` holds.
    func write(_ transaction: AnswerObject<TransactionField>, _ writer: inout RLPWriter) throws(Flaw) {
        if let type { writer.raw(type) }
        let list = writer.beginList()
        for part in parts { try write(part, of: transaction, &writer) }
        writer.endList(list)
    }

    @inline(__always)
    func write(
        _ part: Part, of transaction: AnswerObject<TransactionField>, _ writer: inout RLPWriter
    ) throws(Flaw) {
        switch part {
        case .data(let field): try transaction.write(field, .data, &writer)
        case .quantity(let field): try transaction.write(field, .quantity, &writer)
        case .account(let field):
            guard let account = try transaction.optionalAccount(field) else { return writer.raw(0x80) }
            writer.string(account)
        case .optionalQuantity(let field):
            guard transaction.has(field) else { return writer.raw(0x80) }
            try transaction.write(field, .quantity, &writer)
        case .parity: try transaction.write(transaction.has(.yParity) ? .yParity : .v, .quantity, &writer)
        case .flag(let field): writer.raw(transaction[field]?.bool == true ? 1 : 0x80)
        case .accessList: try writeAccessList(of: transaction, &writer)
        case .hashes(let field):
            let list = writer.beginList()
            for hash in try transaction.array(field).elements {
                try writer.hash(hash, in: transaction, field)
            }
            writer.endList(list)
        case .authorizations: try writeAuthorizations(of: transaction, &writer)
        }
    }

    /// EIP-2930: `[[address, [storageKey, …]], …]`.
    private func writeAccessList(
        of transaction: AnswerObject<TransactionField>, _ writer: inout RLPWriter
    ) throws(Flaw) {
        let list = writer.beginList()
        defer { writer.endList(list) }
        // Some leave out an empty one.
        guard transaction.has(.accessList) else { return }
        for entry in try transaction.array(.accessList).elements {
            let item = writer.beginList()
            guard let address = entry.member("address")?.hex?.account, let keys = entry.member("storageKeys")
            else {
                throw transaction.flaw(.accessList, "has an entry without address or storageKeys")
            }
            writer.string(address)
            let inner = writer.beginList()
            for key in keys.elements { try writer.hash(key, in: transaction, .accessList) }
            writer.endList(inner)
            writer.endList(item)
        }
    }

    /// EIP-7702: `[[chainId, address, nonce, yParity, r, s], …]`.
    private func writeAuthorizations(
        of transaction: AnswerObject<TransactionField>, _ writer: inout RLPWriter
    ) throws(Flaw) {
        let list = writer.beginList()
        for entry in try transaction.array(.authorizationList).elements {
            let item = writer.beginList()
            guard let address = entry.member("address")?.hex?.account,
                writer.quantity(entry.member("chainId")?.hex),
                writer.appended(address),
                writer.quantity(entry.member("nonce")?.hex),
                writer.quantity((entry.member("yParity") ?? entry.member("v"))?.hex),
                writer.quantity(entry.member("r")?.hex),
                writer.quantity(entry.member("s")?.hex)
            else { throw transaction.flaw(.authorizationList, "has an entry that lacks a field") }
            writer.endList(item)
        }
        writer.endList(list)
    }
}

extension JSON {
    @inline(__always)
    var hex: HexDigits? { bytes.flatMap { HexDigits(prefixed: $0) } }
}

extension RLPWriter {
    fileprivate mutating func quantity(_ hex: HexDigits?) -> Bool {
        hex.map { quantity($0) } ?? false
    }

    fileprivate mutating func appended(_ account: AccountBytes) -> Bool {
        string(account)
        return true
    }

    fileprivate mutating func hash(
        _ json: JSON, in transaction: AnswerObject<TransactionField>, _ field: TransactionField
    ) throws(Flaw) {
        guard let hash = json.hex?.bytes32 else {
            throw transaction.flaw(field, "holds what is no 32 bytes of hex")
        }
        string(hash)
    }
}
