@testable internal import DepositCore
internal import DepositTestKit

/// A block with what is in it, as the network has it.
struct MinedBlock {
    let header: Header
    let transfers: [Transfer]
}

/// A network that mines, reorganises itself no deeper than six blocks and never gets shorter.
struct RandomChain {
    private(set) var blocks: [MinedBlock] = []
    /// The chain before its last reorg: what a load balancer's slower half still shows.
    private(set) var stale: [MinedBlock] = []
    private var random: SeededRandom
    private var serial = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        for _ in 0..<3 { mine() }
    }

    mutating func roll(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// Mines a few blocks or reorganises.
    mutating func live() {
        if roll(1...3) == 1 { return reorganise() }
        for _ in 0..<roll(0...3) { mine() }
    }

    private mutating func mine(_ again: [Transfer] = []) {
        let height = UInt32(blocks.count)
        serial += 1
        let place = block(height, "\(serial)-")
        let fresh = (0..<max(0, roll(-2...2))).map { _ in new() }
        let parent = blocks.last?.header.hash ?? BlockHash("genesis")
        blocks.append(MinedBlock(header: Header(block: place, parent: parent), transfers: again + fresh))
    }

    /// Replaces up to six blocks by one to three more; their transfers are mined again, changed, or never.
    private mutating func reorganise() {
        stale = blocks
        let depth = min(roll(1...6), blocks.count - 1)
        let removed = blocks.suffix(depth).flatMap(\.transfers)
        blocks.removeLast(depth)
        let length = depth + roll(1...3)
        var again = [[Transfer]](repeating: [], count: length)
        for old in removed {
            let place = roll(0...length - 1)
            switch roll(1...10) {
            case 1...6: again[place].append(old)
            case 7...8: again[place].append(changed(old))
            default: break
            }
        }
        for transfers in again { mine(transfers) }
    }

    private mutating func new() -> Transfer {
        serial += 1
        let assets = [token.id, token.id, coin.id, AssetID("FAKE")]
        return DepositCoreTests.transfer(
            "t\(serial)", amount: amount(), asset: assets[roll(0...3)], maturity: roll(1...5) == 1 ? 4 : 1,
            doubt: roll(1...12) == 1 ? .memoMissing : nil)
    }

    private mutating func changed(_ old: Transfer) -> Transfer {
        DepositCoreTests.transfer(
            old.transaction.text, amount: amount(), asset: old.asset, maturity: old.maturity, doubt: old.doubt
        )
    }

    /// Nothing, below USDT's minimum, and both sides of the policy's limit.
    private mutating func amount() -> UInt64 { [0, 9_999, 5_000_000, 5_000_000, 5_000_000_000][roll(0...4)] }

    /// What a node shows that lags so many blocks, and that may answer from two back ends at once.
    mutating func glance(
        at local: HeaderChain, lag: Int, flips: Bool, _ rules: ChainRules
    ) -> (head: Head, word: Sounding, above: [Header]) {
        let shown = blocks.dropLast(min(lag, blocks.count - 1)).map(\.header)
        let head = Head(
            header: shown[shown.count - 1], finalized: shown.count > 8 ? shown[shown.count - 9].block : nil)
        let same = zip(local.headers, shown.drop { $0.height < local.headers.first?.height ?? 0 })
            .prefix { $0 == $1 }.map(\.0)
        let tip = local.tip.map { Int($0.height.rawValue) } ?? -1
        let isFork =
            (same.last?.height).map { $0 < min(Height(UInt64(tip)) ?? 0, head.header.height) } ?? (tip >= 0)
        let word = Sounding(
            node: 0, head: head.header.height, shows: same.last?.height,
            contradicts: isFork ? same.last.map { $0.height + 1 } ?? 0 : nil,
            final: same.last.flatMap { rules.final(head, showing: $0, of: local) },
            isRival: head.header.height >= local.tip?.height ?? 0)
        var above = isFork ? [] : Array(shown.dropFirst(tip + 1).prefix(roll(1...5)))
        if flips { above += stale.dropFirst(tip + 1 + above.count).map(\.header) }
        return (head, word, above)
    }
}
