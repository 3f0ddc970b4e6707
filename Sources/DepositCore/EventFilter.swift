/// Which events a callback wants; a nil field asks for nothing.
public struct EventFilter: Hashable, Sendable {
    public var types: Set<EventType>?
    /// Of events about a deposit or a chain.
    public var chains: Set<ChainID>?
    /// Of events about a deposit.
    public var assets: Set<AssetID>?
    /// Of events about a deposit, of which one pattern must fit the label.
    public var labels: [LabelPattern]?

    public init(
        types: Set<EventType>? = nil, chains: Set<ChainID>? = nil, assets: Set<AssetID>? = nil,
        labels: [LabelPattern]? = nil
    ) {
        self.types = types
        self.chains = chains
        self.assets = assets
        self.labels = labels
    }

    /// - Parameter deposit: the asset and the label of the deposit that the event tells of; asked for only where the
    ///   answer hangs on it.
    public func wants(
        _ type: EventType, on chain: ChainID, deposit: () throws -> (asset: AssetID, label: String?)
    ) rethrows -> Bool {
        if let types, !types.contains(type) { return false }
        if type.isOfCallback { return true }
        if let chains, !chains.contains(chain) { return false }
        guard type.isOfDeposit, assets != nil || labels != nil else { return true }
        let facts = try deposit()
        if let assets, !assets.contains(facts.asset) { return false }
        guard let labels else { return true }
        return facts.label.map { label in labels.contains { $0.fits(label) } } ?? false
    }
}

extension EventType {
    var isOfDeposit: Bool { rawValue.hasPrefix("deposit.") }
    var isOfCallback: Bool { rawValue.hasPrefix("callback.") }
}

/// A label, or the beginning of one followed by `*`.
public struct LabelPattern: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// Nil for a text that is empty, or has a `*` anywhere but at its end.
    public init?(_ text: String) {
        guard !text.isEmpty, !text.dropLast().contains("*") else { return nil }
        description = text
    }

    public func fits(_ label: String) -> Bool {
        description.hasSuffix("*") ? label.hasPrefix(description.dropLast()) : label == description
    }
}
