/// The issued addresses of one chain at one moment, as a sieve: what it turns away is certainly not watched.
///
/// About one unwatched key in 500 passes, and the store then checks exactly. An immutable base and a small delta
/// of newly issued addresses, so that a copy taken for a block is cheap while addresses are being added.
public struct Watchlist: Sendable {
    /// Grows with every issued address: tells a commit which addresses a scan could not have known.
    public private(set) var generation: Int64
    private var base: BloomFilter
    private var delta: Set<UInt64> = []
    private static let deltaCapacity = 4_096

    public init(capacity: Int = 0, generation: Int64 = 0, seed: UInt64) {
        base = BloomFilter(capacity: max(capacity, Self.deltaCapacity), seed: seed)
        self.generation = generation
    }

    /// False: certainly not watched. True: ask the store.
    public func mayContain(_ key: UnsafeRawBufferPointer) -> Bool {
        let hash = base.hash(key)
        return base.mayContain(hash) || (!delta.isEmpty && delta.contains(hash))
    }

    public func mayContain(_ key: [UInt8]) -> Bool {
        key.withUnsafeBytes { mayContain($0) }
    }

    /// Adds an issued address: straight to the base while `loading`, else to the delta.
    public mutating func add(_ key: [UInt8], generation: Int64, loading: Bool = false) {
        self.generation = max(self.generation, generation)
        let hash = key.withUnsafeBytes { base.hash($0) }
        if loading { return base.add(hash) }
        delta.insert(hash)
        if delta.count >= Self.deltaCapacity {
            for hash in delta { base.add(hash) }
            delta.removeAll()
        }
    }

    /// The base holds more keys than it was made for: it turns away less, so it should be built anew from the store.
    public var wantsRebuild: Bool { base.isFull }

    public var bytes: Int { base.bytes + delta.count * 16 }
}
