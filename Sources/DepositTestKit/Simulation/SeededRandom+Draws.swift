// Chance as a simulation draws it.
extension SeededRandom {
    mutating func roll(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// True once in so many draws, on average.
    mutating func once(in count: Int) -> Bool { roll(1...count) == 1 }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[roll(0...items.count - 1)] }

    /// A number that depends on all of these and on nothing else: chance for those who ask in no fixed order.
    static func hash(_ parts: UInt64...) -> UInt64 {
        parts.reduce(0x2545_f491_4f6c_dd1d) { mix($0 &+ 0x9e37_79b9_7f4a_7c15 &+ mix($1)) }
    }

    static func hash(_ seed: UInt64, _ text: String) -> UInt64 {
        text.utf8.reduce(seed) { hash($0, UInt64($1)) }
    }
}
