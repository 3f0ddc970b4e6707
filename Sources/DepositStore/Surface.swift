public import DepositCore

// The surface, before its bodies are written.
public final class Store: Sendable {
    public enum Place: Hashable, Sendable {
        case file(String)
        case memory
    }

    public init(at place: Place) throws(StoreError) { fatalError() }
    public func close() async { fatalError() }
}

extension Store {
    public func openChain(_ chain: ChainID, window: UInt64) async throws(StoreError) -> ChainState { fatalError() }
    public func setStart(_ chain: ChainID, from: Height) async throws(StoreError) { fatalError() }
    public func incoming(
        _ transfers: [Transfer], on chain: ChainID, at height: Height? = nil, backfilling job: Backfill? = nil
    ) async throws(StoreError) -> [Incoming] { fatalError() }
    public func deposits(_ ids: [DepositID], on chain: ChainID) async throws(StoreError) -> [Deposit] { fatalError() }
    public func known(
        _ ids: [DepositID], dueUnder view: ChainView, on chain: ChainID
    ) async throws(StoreError) -> [Deposit] { fatalError() }
    public func connecting(
        _ block: Block, view: ChainView, on chain: ChainID, backfilling job: Backfill? = nil
    ) async throws(StoreError) -> (incoming: [Incoming], known: [Deposit]) { fatalError() }
    public func deposits(in block: BlockHash, on chain: ChainID) async throws(StoreError) -> [Deposit] {
        fatalError()
    }
    public func commit(
        _ change: Change, scannedWith generation: Int64?, now: Timestamp
    ) async throws(StoreError) { fatalError() }
    public func commit(
        _ changes: [(change: Change, generation: Int64?)], now: Timestamp
    ) async throws(StoreError) { fatalError() }
    public func halt(_ chain: ChainID, _ halt: Halt, event: Event) async throws(StoreError) { fatalError() }
    public func resume(_ chain: ChainID, event: Event, now: Timestamp) async throws(StoreError) { fatalError() }

    public func add(
        _ addresses: [NewAddress], on chain: ChainID, now: Timestamp
    ) async throws(StoreError) -> Registration { fatalError() }
    public func remove(_ address: Address, on chain: ChainID) async throws(StoreError) -> Bool { fatalError() }
    public func watchlist(of chain: ChainID, seed: UInt64) async throws(StoreError) -> Watchlist { fatalError() }
    public func forEachWatchedKey(
        on chain: ChainID, _ body: @escaping @Sendable ([UInt8], Int64) -> Void
    ) async throws(StoreError) { fatalError() }
    public func watchedCount(on chain: ChainID) async throws(StoreError) -> Int { fatalError() }
    public func nextBackfill(on chain: ChainID) async throws(StoreError) -> Backfill? { fatalError() }
    public func backfillKeys(_ job: Backfill) async throws(StoreError) -> [[UInt8]] { fatalError() }
    public func commit(
        _ change: Change, backfilling job: Backfill, through header: Header, now: Timestamp
    ) async throws(StoreError) { fatalError() }

    public func register(callbacks: [CallbackSubscription]) async throws(StoreError) { fatalError() }
    public func claim(
        callback: String, now: Timestamp, limit: Int, excluding lines: Set<String>
    ) async throws(StoreError) -> Claim { fatalError() }
    public func record(_ results: [DeliveryResult], now: Timestamp) async throws(StoreError) { fatalError() }
    public func retry(delivery: Int64, now: Timestamp) async throws(StoreError) -> Bool { fatalError() }
    public func backlog(of callback: String) async throws(StoreError) -> Backlog { fatalError() }

    public func addresses(
        on chain: ChainID, _ filter: AddressFilter, after: Cursor?, limit: Int
    ) async throws(StoreError) -> Page<WatchedAddress> { fatalError() }
    public func watched(_ address: Address, on chain: ChainID) async throws(StoreError) -> WatchedAddress? {
        fatalError()
    }
    public func deposits(
        _ filter: DepositFilter, after: Cursor?, limit: Int
    ) async throws(StoreError) -> Page<Deposit> { fatalError() }
    public func history(of deposit: DepositID) async throws(StoreError) -> DepositHistory? { fatalError() }
    public func events(after: Cursor?, limit: Int) async throws(StoreError) -> Page<FeedItem> { fatalError() }
    public func deliveries(
        _ filter: DeliveryFilter, after: Cursor?, limit: Int
    ) async throws(StoreError) -> Page<DeliveryRecord> { fatalError() }
    public func chains() async throws(StoreError) -> [ChainSummary] { fatalError() }
}
