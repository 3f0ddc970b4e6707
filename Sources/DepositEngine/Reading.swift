internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// Reads blocks from one node, and what no hash of them proves from as many as must agree.
///
/// What one node shows of inner calls or balances nobody can recompute, and what it leaves out nobody can miss. Such a
/// block counts only once enough nodes say the same of it, and more say that than anything else.
struct Reading: Sendable {
    let seat: Seat
    /// The others, in the order in which they are asked.
    let others: [Seat]
    let agree: Int
    let witness: Watcher.Settings.Witness

    init(
        seat: Seat, others: [Seat], agree: Int, witness: Watcher.Settings.Witness
    ) {
        self.seat = seat
        self.others = others
        self.agree = agree
        self.witness = witness
    }

    /// From this node alone.
    init(_ node: ChainNode) {
        self.init(seat: Seat(place: 0, node: node), others: [], agree: 1, witness: .matched)
    }

    /// - Throws: `NodeError` of this node; `Unwitnessed` where too few others say the same.
    func blocks(_ headers: [Header], watching: Watchlist) async throws -> [Block] {
        let read = try await seat.node.adapter.blocks(headers, watching: watching)
        return try await witnessed(read, watching)
    }

    /// The first of these blocks, as far as they are proven by themselves or by one above them.
    ///
    /// - Throws: as `blocks`.
    func settled(
        _ headers: [Header], under above: [Header] = [], watching: Watchlist
    ) async throws -> [Block] {
        let read = try await seat.node.adapter.settled(headers, under: above, watching: watching)
        return try await witnessed(read, watching)
    }

    private func witnessed(_ read: [Block], _ watching: Watchlist) async throws -> [Block] {
        guard agree > 1, read.contains(where: needsWitness) else { return read }
        var blocks: [Block] = []
        for block in read {
            blocks.append(needsWitness(block) ? try await witnessed(block, watching) : block)
        }
        return blocks
    }

    /// What a later block is to prove is held by that one, when it comes.
    private func needsWitness(_ block: Block) -> Bool {
        !block.isProven && !block.isAwaited && (witness == .every || !block.transfers.isEmpty)
    }

    private func witnessed(_ block: Block, _ watching: Watchlist) async throws -> Block {
        var readings = [(block: block, nodes: [seat.node.name])]
        var silent: [String] = []
        for other in others {
            if let winner = winner(of: readings) { return winner }
            do throws(NodeError) {
                guard
                    let theirs = try await other.node.adapter.blocks([block.header], watching: watching).first
                else { continue }
                if let same = readings.firstIndex(where: { $0.block.says(theirs) }) {
                    readings[same].nodes.append(other.node.name)
                } else {
                    readings.append((theirs, [other.node.name]))
                }
            } catch {
                silent.append("\(error)")
            }
        }
        if let winner = winner(of: readings) { return winner }
        let said = readings.map { "\($0.nodes.joined(separator: ", ")): \($0.block.words)" } + silent
        throw Unwitnessed(
            words: "\(agree) nodes must say the same of what no hash proves in block \(block.header.height) "
                + "\(block.header.hash), and they do not: \(said.joined(separator: "; "))")
    }

    private func winner(of readings: [(block: Block, nodes: [String])]) -> Block? {
        let ranked = readings.sorted { $0.nodes.count > $1.nodes.count }
        guard let first = ranked.first, first.nodes.count >= agree else { return nil }
        let second = ranked.dropFirst().first?.nodes.count ?? 0
        return first.nodes.count > second ? first.block : nil
    }
}

/// Too few nodes say the same of a block that no hash proves: nobody's fault that is known, so nobody rests for it.
struct Unwitnessed: Error {
    let words: String
}

extension Block {
    /// The same movements, told alike, in whatever order.
    func says(_ other: Block) -> Bool {
        header.hash == other.header.hash && transfers.count == other.transfers.count
            && Set(transfers) == Set(other.transfers)
    }

    fileprivate var words: String {
        transfers.isEmpty
            ? "no transfer to a watched address"
            : transfers.map { "\($0.amount) of \($0.asset) to \($0.to.text)" }.joined(separator: ", ")
    }
}

extension Pipeline {
    /// How a turn's blocks are read.
    func reading(from seat: Seat, _ council: Council) -> Reading {
        Reading(
            seat: seat, others: council.seats.filter { $0.place != seat.place }, agree: settings.agree,
            witness: settings.witness)
    }
}
