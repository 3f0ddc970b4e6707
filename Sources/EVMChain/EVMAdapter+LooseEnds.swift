internal import ChainKit
internal import DepositCore
internal import NodeRPC
internal import Synchronization

/// Where a node's raw transactions are asked for.
enum RawTransactions {
    case unknown
    case by(method: String)
    case nowhere

    /// Of go-ethereum and most that came after it; the second where the debug API is on.
    static let methods = ["eth_getRawTransactionByHash", "debug_getRawTransaction"]
}

extension EVMAdapter {
    /// Asks for what the blocks' own answers left open, and notes what was odd in them. Blocks that leave nothing open,
    /// which nearly all are, cost nothing.
    func tied(
        _ scanned: [ScannedBlock], _ watching: Watchlist
    ) async throws(NodeError) -> [ScannedBlock] {
        var blocks: [ScannedBlock] = []
        blocks.reserveCapacity(scanned.count)
        for var one in scanned {
            for remark in one.remarks { node.remarks.note(remark) }
            if let unrooted = one.ends.unrooted {
                node.remarks.note(.unrooted)
                one.block = try await withUnrooted(unrooted.transaction, unrooted.index, one.block, watching)
            }
            if let foreign = one.ends.foreign { one.block = try await rooted(one.block, foreign) }
            blocks.append(one)
        }
        return blocks
    }

    // MARK: Polygon's pseudo transaction

    /// The block with what its pseudo transaction moved: some nodes leave its receipt out of those of the block, and
    /// give it alone (Erigon 3).
    private func withUnrooted(
        _ transaction: Bytes32, _ index: Int, _ block: Block, _ watching: Watchlist
    ) async throws(NodeError) -> Block {
        let rules = chain.rules
        return try await node.call([.receipt(transaction)]) { replies throws(NodeError) in
            guard case .result(let json) = try replies.answer(0), !json.isNull else {
                throw replies.fault(
                    .missing(
                        "the receipt of the state-sync transaction \(transaction.text) of block "
                            + "\(block.header.height), neither with the others nor alone; "
                            + "add a node that has it"))
            }
            return try replies.reading { () throws(Flaw) in
                var scan = BlockScan(rules, watching: watching, header: block.header)
                let found = try scan.unrooted(transaction, at: index, receipt: json)
                guard
                    let block = Block(
                        header: block.header, transfers: block.transfers + found, isProven: block.isProven,
                        isAwaited: block.isAwaited)
                else { throw Flaw.malformed("block \(block.header.height) has one transfer twice") }
                return block
            }
        }
    }

    // MARK: Foreign transactions

    /// The block, proven where the transactions root holds with the raw bytes of what is foreign in it.
    private func rooted(_ block: Block, _ foreign: ForeignRoot) async throws(NodeError) -> Block {
        let raw = try await rawBytes(of: foreign)
        let types = foreign.types.sorted().map(hexQuantity).joined(separator: ", ")
        let isWhole = foreign.foreign.allSatisfy { raw[$0.hash] != nil }
        node.remarks.note(
            Remark(
                topic: "type \(types)\(isWhole ? "" : ", unproven")",
                words:
                    "transactions of the foreign type \(types) stand in block \(block.header.height): what they move "
                    + "themselves goes to review"
                    + (isWhole
                        ? ", and their raw bytes prove the others"
                        : "; the node gives their raw bytes by none of "
                            + RawTransactions.methods.joined(separator: ", ")
                            + ", so that the transactions root of such a block is not proven: which transactions it "
                            + "holds is the word of as many nodes as must agree")))
        guard isWhole else {
            if let contested = foreign.contested { throw node.fault(contested.fault) }
            return block
        }
        do throws(Flaw) { try foreign.prove(raw, at: block.header.height) } catch {
            throw node.fault(error.fault)
        }
        guard foreign.closesBlock,
            let proven = Block(
                header: block.header, transfers: block.transfers, isProven: true, isAwaited: block.isAwaited)
        else { return block }
        return proven
    }

    /// The raw bytes that the node gives, by the hashes that they have.
    private func rawBytes(of root: ForeignRoot) async throws(NodeError) -> [Bytes32: [UInt8]] {
        let hashes = root.foreign.map(\.hash)
        let methods: [String]
        switch rawTransactions.withLock({ $0 }) {
        case .unknown: methods = RawTransactions.methods
        case .by(let method): methods = [method]
        case .nowhere: return [:]
        }
        var isAbsent = true
        for method in methods {
            do throws(NodeError) {
                let (raw, hasMethod) = try await rawBytes(of: hashes, by: method)
                if hasMethod { isAbsent = false }
                guard !raw.isEmpty else { continue }
                rawTransactions.withLock { $0 = .by(method: method) }
                return raw
            } catch {
                // What is optional must not stop a chain; only what says nothing of the method is no answer.
                switch error.fault {
                case .cancelled, .unreachable, .rateLimited: throw error
                default: continue
                }
            }
        }
        if isAbsent { rawTransactions.withLock { $0 = .nowhere } }
        return [:]
    }

    private func rawBytes(
        of hashes: [Bytes32], by method: String
    ) async throws(NodeError) -> (raw: [Bytes32: [UInt8]], hasMethod: Bool) {
        try await node.call(hashes.map { RPCCall(method, #"["\#($0.text)"]"#) }) {
            replies throws(NodeError) in
            var raw: [Bytes32: [UInt8]] = [:]
            var hasMethod = false
            for (index, hash) in hashes.enumerated() {
                switch try replies.answer(index) {
                case .error(let error):
                    if error.meaning != .noSuchMethod { hasMethod = true }
                case .result(let json):
                    hasMethod = true
                    guard let bytes = json.bytes.flatMap({ HexDigits(prefixed: $0) })?.wholeBytes,
                        Keccak256.hash(bytes) == hash
                    else { continue }
                    raw[hash] = bytes
                }
            }
            return (raw, hasMethod)
        }
    }
}

extension HexDigits {
    /// Nil for what is no whole bytes of hex.
    fileprivate var wholeBytes: [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes = [UInt8](repeating: 0, count: digits.count / 2)
        let isHex = bytes.withUnsafeMutableBytes { room in
            room.baseAddress.map { decodeHex(digits, to: $0) } ?? true
        }
        return isHex ? bytes : nil
    }
}

extension Remark {
    fileprivate static let unrooted = Remark(
        topic: "state-sync receipts",
        words:
            "it leaves the receipts of state-sync transactions out of those of their blocks; each is asked for alone"
    )
}
