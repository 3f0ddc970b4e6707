public import DepositCore

/// A part of a list, and where the rest begins.
public struct Page<Item: Sendable>: Sendable {
    public let items: [Item]
    /// Nil at the end of the list.
    public let next: Cursor?
}

/// Where a page ended: opaque text, valid for as long as the store lives.
public struct Cursor: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public var description: String { text }
}

/// Which deposits to list; nil fields match all.
public struct DepositFilter: Hashable, Sendable {
    public var chain: ChainID?
    /// In canonical spelling.
    public var address: String?
    public var transaction: TransactionID?
    public var status: Status?
    public var label: String?

    public init(
        chain: ChainID? = nil, address: String? = nil, transaction: TransactionID? = nil,
        status: Status? = nil,
        label: String? = nil
    ) {
        self.chain = chain
        self.address = address
        self.transaction = transaction
        self.status = status
        self.label = label
    }
}

/// Which addresses to list; nil fields match all.
public struct AddressFilter: Hashable, Sendable {
    /// A label, or the beginning of one followed by `*`.
    public var label: String?
    /// The beginning of the canonical spelling.
    public var prefix: String?

    public init(label: String? = nil, prefix: String? = nil) {
        self.label = label
        self.prefix = prefix
    }
}

/// Which deliveries to list; nil fields match all.
public struct DeliveryFilter: Hashable, Sendable {
    public var callback: String?
    public var status: DeliveryRecord.Status?
    public var type: EventType?
    public var chain: ChainID?
    /// Events that were committed at this moment or later.
    public var from: Timestamp?
    /// Events that were committed before this moment.
    public var to: Timestamp?

    public init(callback: String? = nil, status: DeliveryRecord.Status? = nil) {
        self.callback = callback
        self.status = status
    }
}

/// An event as the feed gives it: the same bytes as the callback's.
public struct FeedItem: Hashable, Sendable {
    public let id: EventID
    public let type: EventType
    public let chain: ChainID
    public let body: String
    /// Where this item stands: a reader goes on after it.
    public let cursor: Cursor
}

/// A deposit and all that ever happened to it.
public struct DepositHistory: Hashable, Sendable {
    public let deposit: Deposit
    /// Oldest first.
    public let turns: [Turn]
    public let deliveries: [DeliveryRecord]

    /// One change of state.
    public struct Turn: Hashable, Sendable {
        public let status: Status
        /// The block it stands in, or stood in where the state is orphaned or reversed.
        public let block: BlockRef?
        public let doubt: Doubt?
        public let at: Timestamp
        public let event: FeedItem?
    }
}
