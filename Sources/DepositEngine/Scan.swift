internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// Blocks of a stretch of headers, in order, while the next ones are already on their way.
///
/// Each part is scanned with the watchlist of its moment; the generation says which addresses that knew.
final class Scan {
    typealias Part = (blocks: [Block], generation: Int64)

    /// Blocks that are settled and committed together, and parts that are being fetched at once.
    ///
    /// A larger part writes each page of the store less often; how much of it goes into one request is the family's.
    private static let blocksPerPart = 16
    private static let partsInFlight = 4

    private let node: any ChainAdapter
    private let watching: LiveWatchlist
    private var waiting: ArraySlice<Header>
    private var inFlight: [Task<Part, any Error>] = []
    private var hasGivenPart = false

    init(_ headers: [Header], _ node: any ChainAdapter, _ watching: LiveWatchlist) {
        waiting = headers[...]
        self.node = node
        self.watching = watching
    }

    deinit {
        for task in inFlight { task.cancel() }
    }

    /// The next part; nil at the end of the stretch.
    ///
    /// A node that fails behind the first part ends the stretch there: what has been committed is told first, and the
    /// next turn meets the failure again.
    func next() async throws -> Part? {
        while inFlight.count < Self.partsInFlight, !waiting.isEmpty { launch() }
        guard !inFlight.isEmpty else { return nil }
        let first = inFlight.removeFirst()
        do {
            let part = try await withTaskCancellationHandler {
                try await first.value
            } onCancel: {
                first.cancel()
            }
            hasGivenPart = true
            return part
        } catch is NodeError where hasGivenPart {
            return nil
        }
    }

    private func launch() {
        let headers = Array(waiting.prefix(Self.blocksPerPart))
        waiting = waiting.dropFirst(headers.count)
        let watchlist = watching.current
        inFlight.append(
            Task { [node] in
                (try await node.blocks(headers, watching: watchlist), watchlist.generation)
            })
    }
}
