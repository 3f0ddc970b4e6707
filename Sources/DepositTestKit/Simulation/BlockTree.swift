internal import DepositCore

/// Every block that was ever mined in a simulated world, on whatever branch.
struct BlockTree: Sendable {
    struct Entry: Sendable {
        let header: Header
        let parent: Int?
        /// Some block further down, so that the way to a deep one is short (Myers' skip list over parents).
        let jump: Int
        let payments: [SimulatedPayment]
        /// The node that made it up; nil for a block that was really mined.
        let inventor: Int?
    }

    private(set) var entries: [Entry] = []
    private var numbers: [BlockHash: Int] = [:]

    subscript(number: Int) -> Entry { entries[number] }

    func number(of hash: BlockHash) -> Int? { numbers[hash] }

    func height(_ number: Int) -> Height { entries[number].header.height }

    /// - Parameter leap: how far above its parent it claims to be.
    mutating func add(
        on parent: Int?, _ payments: [SimulatedPayment], seconds: Int64 = 10, inventor: Int? = nil,
        at moment: Timestamp? = nil, leap: UInt64 = 1
    ) -> Int {
        let height = parent.map { self.height($0) + leap } ?? 0
        let before = parent.map { entries[$0].header.block.time.seconds } ?? 1_000_000
        let below = parent.map { entries[$0].header.hash } ?? BlockHash("none")
        let block = BlockRef(
            height: height, hash: BlockHash("\(height)-\(entries.count)"),
            time: moment ?? Timestamp(seconds: before + seconds))
        let header = Header(block: block, parent: below)
        numbers[block.hash] = entries.count
        let jump = parent.map(jump(above:)) ?? entries.count
        entries.append(
            Entry(header: header, parent: parent, jump: jump, payments: payments, inventor: inventor))
        return entries.count - 1
    }

    /// Twice as far where the last two jumps were as long as each other.
    private func jump(above parent: Int) -> Int {
        let first = entries[parent].jump
        let second = entries[first].jump
        let isEven =
            height(parent).rawValue - height(first).rawValue == height(first).rawValue
            - height(second).rawValue
        return isEven && first != second ? second : parent
    }

    /// The block below this one, or it itself, at a height; nil above it.
    func ancestor(of number: Int, at height: Height) -> Int? {
        var number = number
        while self.height(number) > height {
            guard let parent = entries[number].parent else { return nil }
            let jump = entries[number].jump
            number = self.height(jump) >= height ? jump : parent
        }
        return self.height(number) == height ? number : nil
    }

    func contains(_ block: Int, in tip: Int) -> Bool {
        ancestor(of: tip, at: height(block)) == block
    }

    /// A branch from a height up to its tip, lowest first.
    func branch(from low: Height, to tip: Int) -> [Int] {
        var blocks: [Int] = []
        var next: Int? = tip
        while let number = next, height(number) >= low {
            blocks.append(number)
            next = entries[number].parent
        }
        return blocks.reversed()
    }

    /// The highest block that both branches have.
    func fork(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while left != right {
            if height(left) < height(right) { swap(&left, &right) }
            let (near, far) = (entries[left].jump, entries[right].jump)
            if height(left) > height(right) {
                left = height(near) >= height(right) ? near : entries[left].parent ?? right
            } else if near != far, height(near) == height(far) {
                (left, right) = (near, far)
            } else {
                left = entries[left].parent ?? right
            }
        }
        return left
    }
}
