/// An address of a chain, in the form that is compared and in the form that is shown.
public struct Address: Hashable, Sendable {
    /// What the chain itself compares: 20 bytes for EVM, the whole scriptPubKey for Bitcoin.
    public let key: [UInt8]
    /// The one canonical spelling.
    public let text: String
    /// A destination tag or memo, on chains that tell customers apart by one.
    public let memo: String?

    public init(key: [UInt8], text: String, memo: String? = nil) {
        self.key = key
        self.text = text
        self.memo = memo
    }
}

/// A movement of a listed asset that really happened on the chain, to an address that may be a watched one.
public struct Transfer: Hashable, Sendable {
    public let transaction: TransactionID
    public let position: Position
    public let asset: AssetID
    public let amount: Amount
    public let to: Address
    /// The senders the chain names, in its own spelling; empty where it names none.
    public let from: [String]
    /// Confirmations without which it may not be spent, so may not be confirmed: 1 for all but coinbase and the like.
    public let maturity: UInt64
    /// Why it may not be credited as it stands; nil for an ordinary transfer.
    public let doubt: Doubt?

    public init(
        transaction: TransactionID, position: Position, asset: AssetID, amount: Amount, to: Address,
        from: [String], maturity: UInt64 = 1, doubt: Doubt? = nil
    ) {
        self.transaction = transaction
        self.position = position
        self.asset = asset
        self.amount = amount
        self.to = to
        self.from = from
        self.maturity = maturity
        self.doubt = doubt
    }

    /// The same assets to the same address, by the same part of the same transaction.
    public func isSameMovement(as other: Transfer) -> Bool {
        transaction == other.transaction && position == other.position && asset == other.asset
            && amount == other.amount && to.key == other.to.key
    }

    /// Whether another reading shows the same movement, and nothing that speaks against it which was not known.
    public func isBorne(by shown: Transfer) -> Bool {
        isSameMovement(as: shown) && (shown.doubt == nil || shown.doubt == doubt)
    }

    /// The same movement, in doubt.
    public func doubted(_ doubt: Doubt) -> Transfer {
        Transfer(
            transaction: transaction, position: position, asset: asset, amount: amount, to: to, from: from,
            maturity: maturity, doubt: doubt)
    }
}

/// A reason for `deposit.review`.
public enum Doubt: String, Hashable, Sendable, CaseIterable {
    case memoMissing = "memo missing"
    case memoUnknown = "memo unknown"
    case transactionTypeUnknown = "transaction type unknown"
    /// The token's log says more than the receiver's balance rose by.
    case amountNotReceived = "amount not received"

    /// Whether the block itself shows it, and not who was issued the address.
    public var isOfChain: Bool {
        switch self {
        case .memoMissing, .memoUnknown: false
        case .transactionTypeUnknown, .amountNotReceived: true
        }
    }
}

/// A proven block: its header, and in it the transfers to addresses that passed the watchlist's filter.
public struct Block: Hashable, Sendable {
    public let header: Header
    public let transfers: [Transfer]
    /// Whether a hash proves that it holds these transfers and no others. Where none does, what is here is one node's
    /// word: enough nodes must say the same before it counts.
    public var isProven: Bool { isProvable && !isAwaited }
    /// A later block commits to what it holds, and none that does has been read: until then it is one node's word.
    public let isAwaited: Bool
    private let isProvable: Bool

    /// Nil when two transfers claim the same transaction and position, which no honest node reports.
    ///
    /// - Parameters:
    ///   - isProven: the hash of the block proves it, or of the later one where it `isAwaited`.
    public init?(header: Header, transfers: [Transfer], isProven: Bool = true, isAwaited: Bool = false) {
        var places: Set<[String]> = []
        for transfer in transfers {
            guard places.insert([transfer.transaction.text, transfer.position.text]).inserted else {
                return nil
            }
        }
        self.init(of: header, transfers, isProven, isAwaited)
    }

    private init(of header: Header, _ transfers: [Transfer], _ isProvable: Bool, _ isAwaited: Bool) {
        self.header = header
        self.transfers = transfers
        self.isProvable = isProvable
        self.isAwaited = isAwaited
    }

    /// The same block, once a later one has proven it as far as one can.
    public var settled: Block { Block(of: header, transfers, isProvable, false) }

    /// The same block, some of its transfers in doubt.
    public func doubting(_ doubt: Doubt, where isDoubted: (Transfer) -> Bool) -> Block {
        Block(
            of: header, transfers.map { isDoubted($0) ? $0.doubted(doubt) : $0 }, isProvable, isAwaited)
    }
}
