internal import ChainKit
internal import DepositCore
internal import NodeRPC

extension BlockScan {
    /// Reads every transaction, and proves its hash and the transactions root where the chain proves roots.
    mutating func readTransactions() throws(Flaw) {
        transactions.removeAll(keepingCapacity: true)
        encodings.removeAll(keepingCapacity: true)
        payments.removeAll(keepingCapacity: true)
        writer.reset()
        foreign.removeAll(keepingCapacity: true)
        isRooted = false
        createsByWord = false
        pseudoHash = mayEndUnrooted ? pseudoTransactionHash() : nil
        for json in try block.array(.transactions).elements {
            let index = transactions.count
            guard json.isObject else {
                throw Flaw.malformed("transaction \(index) is no object: only hashes came")
            }
            try transaction.read(json, ordinal: index)
            let read = try readTransaction(index)
            transactions.append(read)
            if mayPay(read) { payments.append((index, json)) }
        }
        if rules.provesRoots { try proveHashes() }
        try readSenders()
        rootedCount = transactions.count
        if let pseudoHash, transactions.last?.hash == pseudoHash { rootedCount -= 1 }
        if rules.provesRoots { try proveTransactionsRoot() }
    }

    private mutating func readTransaction(_ index: Int) throws(Flaw) -> ScannedTransaction {
        let type = transaction.has(.type) ? try transaction.unsigned(.type) : 0
        guard type < 256 else { throw transaction.flaw(.type, "is no type (EIP-2718)") }
        let hash = try transaction.bytes32(.hash)
        let isPseudo = hash == pseudoHash
        do throws(Flaw) { try checkPlace(index) } catch {
            try differ(.transactionPlace, error, isRooted: rules.provesRoots && !isPseudo)
        }
        let encoding = isPseudo ? nil : rules.types.encoding(type, of: transaction)
        try write(encoding)
        guard let encoding else { return foreignTransaction(hash, type) }
        let from = try transaction.optionalAccount(.from)
        let to = try transaction.optionalAccount(.to)
        var value: HexDigits?
        // Of a known type, what its hash does not hold moves nothing: Arbitrum's retryable tickets (0x69), whose value
        // is held in escrow and moves with the retry (0x68), and its internal transactions (0x6a).
        if transaction.has(.value), encoding.movesValue {
            let hex = try transaction.hex(.value)
            if !hex.isZero { value = hex }
        }
        return ScannedTransaction(
            hash: hash, type: type, from: from, recipient: to, isCreation: to == nil, value: value,
            isSigned: encoding.isSigned, isProven: true)
    }

    /// As much of a foreign transaction as can be read: nothing but its own transfers depends on it.
    private func foreignTransaction(_ hash: Bytes32, _ type: UInt64) -> ScannedTransaction {
        let value = transaction[.value]?.hex
        let to = transaction[.to]?.hex?.account
        return ScannedTransaction(
            hash: hash, type: type, from: transaction[.from]?.hex?.account, recipient: to,
            isCreation: to == nil, value: value?.isZero == false ? value : nil, isSigned: false,
            isProven: false)
    }

    /// Whether its sender decides: it may pay a watched account, or one that only its sender and nonce tell.
    private func mayPay(_ transaction: ScannedTransaction) -> Bool {
        guard rules.native != nil, transaction.value != nil else { return false }
        guard let recipient = transaction.recipient else { return transaction.isCreation }
        return recipient.withBytes { watching.mayContain($0) }
    }

    /// Proves the sender of every transaction in which it decides, and reckons which contract it creates.
    private mutating func readSenders() throws(Flaw) {
        for (index, json) in payments {
            try transaction.read(json, ordinal: index)
            if rules.provesRoots, transactions[index].isProven { try proveSender(index) }
            guard transactions[index].isCreation else { continue }
            let encoding = rules.types.encoding(transactions[index].type, of: transaction)
            if encoding?.hasNonce != true { createsByWord = true }
            transactions[index].recipient = try createdAccount(transactions[index].from)
        }
    }

    /// The sender that the signature gives, in place of the one the node names, which must be the same.
    ///
    /// A type that nobody signs has `from` under its own hash. Without a valid signature there is no sender to name.
    private mutating func proveSender(_ index: Int) throws(Flaw) {
        guard let encoding = rules.types.encoding(transactions[index].type, of: transaction),
            encoding.isSigned
        else { return }
        let signer = try encoding.signer(of: transaction, &signed)
        if let signer, let told = transactions[index].from, told != signer {
            throw Flaw.unproven(
                "sender of transaction \(index) in block \(header.height)", expected: signer.text,
                found: told.text)
        }
        transactions[index].from = signer
    }

    private func checkPlace(_ index: Int) throws(Flaw) {
        if transaction.has(.blockHash) {
            let found = try transaction.bytes32(.blockHash)
            guard found == hash else {
                throw Flaw.unproven("block of transaction \(index)", expected: hash.text, found: found.text)
            }
        }
        if transaction.has(.transactionIndex) {
            let found = try transaction.unsigned(.transactionIndex)
            guard found == UInt64(index) else {
                throw Flaw.unproven(
                    "index of transaction \(index)", expected: String(index), found: String(found))
            }
        }
    }

    /// Writes the transaction's encoding, if roots are proven.
    private mutating func write(_ encoding: TransactionEncoding?) throws(Flaw) {
        let start = writer.count
        if let encoding, rules.provesRoots { try encoding.write(transaction, &writer) }
        encodings.append(start..<writer.count)
    }

    /// Fails unless the hash of every transaction of a known type is that of its content.
    private mutating func proveHashes() throws(Flaw) {
        batch.hash(encodings, in: writer, to: &hashes)
        for index in transactions.indices where transactions[index].isProven {
            let claimed = transactions[index].hash
            guard hashes[index] == claimed else {
                throw Flaw.unproven(
                    "hash of transaction \(index) in block \(header.height)", expected: claimed.text,
                    found: hashes[index].text)
            }
        }
    }

    private mutating func proveTransactionsRoot() throws(Flaw) {
        encodings.removeSubrange(rootedCount...)
        guard !encodings.contains(where: \.isEmpty) else { return keepForeign() }
        let claimed = try block.bytes32(.transactionsRoot)
        let root = trie.root(of: encodings, in: writer)
        guard root == claimed else {
            throw differences.first?.flaw
                ?? Flaw.unproven(
                    "transactions root of block \(header.height)", expected: claimed.text, found: root.text)
        }
        isRooted = true
    }

    /// Keeps what the root is over, as far as it is known, until the raw bytes of the rest are.
    private mutating func keepForeign() {
        for (transaction, range) in zip(transactions, encodings) {
            foreign.append(
                ForeignRoot.Item(
                    hash: transaction.hash, type: transaction.type,
                    encoding: range.isEmpty ? nil : Array(writer.bytes(range))))
        }
    }

    /// Whether this block may end with Polygon's state-sync transaction outside of both roots.
    var mayEndUnrooted: Bool {
        guard rules.stateSync else { return false }
        return rules.stateSyncRooted.map { header.height < $0 } ?? true
    }

    /// The account of a contract that `from` creates with this nonce (Yellow Paper, section 7).
    ///
    /// Reckoned here and not taken from the receipt, which no root covers in this point.
    private func createdAccount(_ from: AccountBytes?) throws(Flaw) -> AccountBytes? {
        guard let from, transaction.has(.nonce) else { return nil }
        var encoded = RLPWriter(capacity: 64)
        let list = encoded.beginList()
        encoded.string(from)
        encoded.number(try transaction.unsigned(.nonce))
        encoded.endList(list)
        return Keccak256.hash(encoded.bytes).withBytes { AccountBytes($0, from: 12) }
    }

    /// Bor's id of the transaction that its RPC appends to a block, outside of both roots, before block
    /// 80,084,800: keccak("matic-bor-receipt-" ‖ number as 8 bytes ‖ block hash) (0xPolygon/bor,
    /// core/types/bor_receipt.go).
    private func pseudoTransactionHash() -> Bytes32 {
        var bytes = Array("matic-bor-receipt-".utf8)
        withUnsafeBytes(of: header.height.rawValue.bigEndian) { bytes.append(contentsOf: $0) }
        hash.withBytes { bytes.append(contentsOf: $0) }
        return Keccak256.hash(bytes)
    }
}
