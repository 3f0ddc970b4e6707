/// A value that is told apart by its text alone, in the one spelling its chain gives it.
public protocol Name: Hashable, Comparable, Sendable, CustomStringConvertible {
    var text: String { get }
    init(_ text: String)
}

extension Name {
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
    public var description: String { text }
}

/// A chain's `id` in its chain file, such as `ethereum`.
public struct ChainID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// A block's hash as its chain writes it: `0x` and 64 hex digits for EVM, 64 hex digits for Bitcoin.
public struct BlockHash: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// A transaction's id as its chain writes it.
public struct TransactionID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// Where in its transaction a transfer stands: `output:1`, `call:0.2`, `log:0`.
///
/// Counted inside the transaction and never in the block, so that a transfer mined again keeps its place.
public struct Position: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// An asset's `id` in its chain file, such as `USDT`.
public struct AssetID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// The public id of a deposit: `dep_` and 26 characters.
public struct DepositID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}

/// The public id of an event, which is its `webhook-id` too: `evt_` and 26 characters.
public struct EventID: Name {
    public let text: String
    public init(_ text: String) { self.text = text }
}
