internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// Blocks of a stretch of headers, in order, while the next ones are already on their way.
///
/// Each part is scanned with the watchlist of its moment; the generation says which addresses that knew.
final class Scan {
    typealias Part = (blocks: [Block], generation: Int64)

    /// Blocks that are asked for together, parts that are on their way at once, and blocks that are settled and
    /// committed together.
    ///
    /// A larger commit writes each page of the store less often; how much of a part goes into one request is the
    /// family's.
    private static let blocksPerPart = 16
    private static let partsInFlight = 4
    private static let blocksPerCommit = 64

    private let source: Reading
    private let watching: LiveWatchlist
    private var waiting: ArraySlice<Header>
    private var inFlight: [Task<Part, any Error>] = []
    private var hasReadPart = false
    private let isOver: () -> Bool

    /// - Parameter isOver: the turn has lasted long enough: what is read by then is all that it takes.
    init(
        _ headers: [Header], _ source: Reading, _ watching: LiveWatchlist,
        isOver: @escaping () -> Bool = { false }
    ) {
        waiting = headers[...]
        self.isOver = isOver
        self.source = source
        self.watching = watching
    }

    deinit {
        end()
    }

    /// The blocks of the next commit, scanned with the oldest watchlist among their parts'; nil at the end of the
    /// stretch.
    ///
    /// A node that fails behind the first part ends the stretch there: what came before is committed and told first,
    /// and the next turn meets the failure again.
    func next() async throws -> Part? {
        var gathered: Part?
        while gathered?.blocks.count ?? 0 < Self.blocksPerCommit, !(hasReadPart && isOver()),
            let part = try await nextPart()
        {
            gathered = (
                (gathered?.blocks ?? []) + part.blocks,
                min(gathered?.generation ?? part.generation, part.generation)
            )
        }
        return gathered
    }

    private func nextPart() async throws -> Part? {
        while inFlight.count < Self.partsInFlight, !waiting.isEmpty { launch() }
        guard !inFlight.isEmpty else { return nil }
        let first = inFlight.removeFirst()
        do {
            let part = try await withTaskCancellationHandler {
                try await first.value
            } onCancel: {
                first.cancel()
            }
            hasReadPart = true
            return part
        } catch  where hasReadPart && (error is NodeError || error is Unwitnessed) {
            end()
            return nil
        }
    }

    /// Nothing behind a part that failed may be scanned.
    private func end() {
        for task in inFlight { task.cancel() }
        inFlight = []
        waiting = []
    }

    private func launch() {
        let headers = Array(waiting.prefix(Self.blocksPerPart))
        waiting = waiting.dropFirst(headers.count)
        let watchlist = watching.current
        inFlight.append(
            Task { [source] in
                (try await source.blocks(headers, watching: watchlist), watchlist.generation)
            })
    }
}
