public import DepositCore
public import DepositStore
internal import Synchronization

/// The watchlist of one chain as it grows: a scan takes a copy, the API adds to it.
public final class LiveWatchlist: Sendable {
    private let watchlist: Mutex<Watchlist>

    public init(_ watchlist: Watchlist) {
        self.watchlist = Mutex(watchlist)
    }

    /// Loads every issued address of a chain.
    public static func load(_ chain: ChainID, from store: Store) async throws(StoreError) -> LiveWatchlist {
        LiveWatchlist(try await store.watchlist(of: chain, seed: .random(in: .min ... .max)))
    }

    public var current: Watchlist { watchlist.withLock { $0 } }

    /// Watches newly stored addresses. Called before their registration is acknowledged.
    public func add(_ keys: [[UInt8]], generation: Int64) {
        watchlist.withLock { watchlist in
            for key in keys { watchlist.add(key, generation: generation) }
        }
    }
}
