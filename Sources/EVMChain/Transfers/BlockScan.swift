internal import BigInt
internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// Reads the transfers to watched addresses out of the answers about one block, and proves the answers on
/// the way.
///
/// Used for one block after another. Nothing is allocated for what does not match, and nothing is handed out
/// before every check of the chain's `proof` has held.
struct BlockScan: ~Copyable {
    let rules: ScanRules
    let watching: Watchlist

    var header: Header
    var hash = Bytes32.zero
    var block = AnswerObject<HeaderField>()
    var transaction = AnswerObject<TransactionField>()
    var receipt = AnswerObject<ReceiptField>()
    var log = AnswerObject<LogField>()
    var withdrawal = AnswerObject<WithdrawalField>()

    var writer = RLPWriter(capacity: 1 << 18)
    var encodings: [Range<Int>] = []
    var batch = KeccakBatch()
    /// Of `encodings`, in their order.
    var hashes: [Bytes32] = []
    var trie = OrderedTrie()
    /// What a sender signed.
    var signed = RLPWriter(capacity: 1_024)
    var bloom = LogsBloom()
    var receiptBloom = LogsBloom()
    var bloomBits = LogsBloomCache()
    /// Whether logs are hashed for a bloom. Not where the receipts root is proven: it is over the receipts' own
    /// blooms, which the chain itself made from the logs.
    var hashesLogs = true
    /// Whether the receipts' own blooms are made from their logs, and not taken from the node.
    var makesBlooms = false

    var transactions: [ScannedTransaction] = []
    /// The transactions whose sender decides, by their places.
    var payments: [(index: Int, json: JSON)] = []
    var outcomes: [Outcome] = []
    var logIndex: UInt64 = 0
    /// How many transactions the header's roots are over: all but Polygon's pseudo transaction.
    var rootedCount = 0
    /// Bor's id of the pseudo transaction that this block may end with, outside of both roots.
    var pseudoHash: Bytes32?
    /// The transactions root was found to be over the transactions.
    var isRooted = false
    /// A transaction is of a foreign type, so that only its raw bytes tell what the transactions root is over.
    var foreign: [ForeignRoot.Item] = []
    /// Decorations that differ from what the roots are to prove.
    var differences: [Difference] = []
    var ends = LooseEnds()
    /// The trace of a transaction is needed and is not among the block's: asked for alone it may be.
    var lacksTrace = false
    /// A later header commits to what comes of the block: its own receipts root, bloom and gas are not about it.
    var isSettledLater = false
    /// A value went to a contract whose address follows from what no root is over.
    var createsByWord = false
    var transfers: [Transfer] = []
    /// What watched accounts gave of the tokens whose balances are asked for.
    var outflows: [Holding: BigUInt] = [:]

    init(_ rules: ScanRules, watching: Watchlist, header: Header) {
        self.rules = rules
        self.watching = watching
        self.header = header
    }

    /// A block with all its receipts, in order, and its traces where the chain file asks for them.
    mutating func scan(
        _ header: Header, block: JSON, receipts: [JSON], traces: BlockTraces?
    ) throws(Flaw) -> ScannedBlock {
        lacksTrace = false
        try begin(header, block)
        try readReceipts(receipts)
        let results = results
        if let tracer = rules.tracer {
            guard let traces else { throw Flaw.missing("traces of block \(header.height)") }
            try readTraces(traces, tracer)
        }
        try readWithdrawals()
        return try scanned(try finish(transfers), results)
    }

    /// The block with what its own answers left open, and what is odd in them.
    private mutating func scanned(_ block: Block, _ results: BlockResults? = nil) throws(Flaw) -> ScannedBlock
    {
        if rules.provesRoots, !foreign.isEmpty {
            let contested = differences.first { $0.decoration.needsTransactionsRoot }
            ends.foreign = ForeignRoot(
                claimed: try self.block.bytes32(.transactionsRoot), items: foreign,
                contested: contested?.flaw, closesBlock: isProvenOnceRooted && !mayForeignPay)
        }
        return ScannedBlock(
            block: block, outflows: outflows, ends: ends, remarks: differences.map(\.remark), results: results
        )
    }

    /// What `block` and its transactions must be for everything else to be read.
    mutating func begin(_ header: Header, _ json: JSON) throws(Flaw) {
        self.header = header
        transfers.removeAll(keepingCapacity: true)
        outflows.removeAll(keepingCapacity: true)
        differences.removeAll(keepingCapacity: true)
        ends = LooseEnds()
        try readHeader(json)
        try readTransactions()
    }

    /// The block, its transfers in the order of its transactions, whichever answer showed them.
    func finish(_ transfers: [Transfer]) throws(Flaw) -> Block {
        var places: [TransactionID: Int] = [:]
        if transfers.count > 1 {
            let wanted = Dictionary(
                transfers.compactMap { transfer in
                    Bytes32(transfer.transaction.text).map { ($0, transfer.transaction) }
                }, uniquingKeysWith: { first, _ in first })
            for (index, transaction) in transactions.enumerated() {
                if let id = wanted[transaction.hash] { places[id] = index }
            }
        }
        let ordered = transfers.enumerated().sorted { left, right in
            let places = (places[left.element.transaction] ?? .max, places[right.element.transaction] ?? .max)
            return (places.0, left.offset) < (places.1, right.offset)
        }
        guard
            let block = Block(
                header: header, transfers: ordered.map(\.element), isProven: isProven, isAwaited: isAwaited)
        else {
            throw Flaw.malformed("block \(header.height) has one transfer twice")
        }
        return block
    }

    /// Whether the header's hash proves all that decides the block's transfers, and that there are no others.
    ///
    /// It is over the roots of transactions, receipts and withdrawals; those are over every field that is read. Traces
    /// and balances stand under no root, nor does what we cannot encode.
    private var isProven: Bool { isRooted && isProvenOnceRooted }

    private var isProvenOnceRooted: Bool {
        rules.provesHeader && !createsByWord && !mayEndUnrooted
            && (rules.tracer == nil || transactions.isEmpty)
            && !transfers.contains { rules.verified[$0.asset] != nil }
    }

    /// Whether a foreign transaction may move the chain's coin, of which its raw bytes tell nothing here.
    private var mayForeignPay: Bool {
        rules.native != nil && foreign.contains { $0.encoding == nil && !rules.isStateSync($0.type) }
    }

    private var isAwaited: Bool { isSettledLater && rules.provesRoots }

    /// The receipts as they were just read.
    private var results: BlockResults? {
        guard isAwaited else { return nil }
        return BlockResults(
            height: header.height.rawValue, receipts: encodings.map { Array(writer.bytes($0)) }, bloom: bloom)
    }

    private mutating func readHeader(_ json: JSON) throws(Flaw) {
        guard !json.isNull else { throw Flaw.missing("block \(header.height) (\(header.hash))") }
        try block.read(json)
        isSettledLater = rules.settles && block.isSettling
        hash = try block.bytes32(.hash)
        let number = try block.unsigned(.number)
        try expect("hash of block \(header.height)", header.hash.text, hash.text)
        try expect("number of block \(header.hash)", header.height.description, String(number))
        try expect(
            "parent of block \(header.height)", header.parent.text, try block.bytes32(.parentHash).text)
        try expect(
            "timestamp of block \(header.height)", String(header.block.time.seconds),
            String(ChainClock(try block.unsigned(.timestamp)).time.seconds))
        if rules.provesHeader { try block.proveHash(rules.layout, &writer) }
    }

    func expect(_ check: String, _ expected: String, _ found: String) throws(Flaw) {
        guard expected == found else { throw Flaw.unproven(check, expected: expected, found: found) }
    }

    /// Notes a transfer. Zero amounts move nothing, and neither does what goes from an account to itself.
    mutating func add(
        _ asset: AssetID, _ amount: Amount, from: AccountBytes?, to: AccountBytes, transaction: String,
        position: String, isTypeKnown: Bool = true
    ) {
        guard amount > .zero, from != to else { return }
        transfers.append(
            Transfer(
                transaction: TransactionID(transaction), position: Position(position), asset: asset,
                amount: amount, to: Address(key: to.array, text: to.text), from: from.map { [$0.text] } ?? [],
                doubt: isTypeKnown ? nil : .transactionTypeUnknown))
    }

    /// Whether what a transaction claims about itself is held by proof, as far as this chain proves
    /// anything.
    func isKnown(_ index: Int) -> Bool { transactions[index].isProven && index < rootedCount }
}
