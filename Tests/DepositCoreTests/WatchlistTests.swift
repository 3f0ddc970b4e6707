@testable internal import DepositCore
internal import DepositTestKit
internal import Testing

private func keys(_ count: Int, bytes: Int = 20, seed: UInt64) -> [[UInt8]] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in
        var key: [UInt8] = []
        while key.count < bytes { withUnsafeBytes(of: random.next()) { key.append(contentsOf: $0) } }
        return Array(key.prefix(bytes))
    }
}

@Suite struct WatchlistTests {
    @Test func `every issued address passes, also while the delta is folded into the base`() {
        let issued = keys(100_000, seed: 1)
        var list = Watchlist(capacity: 50_000, seed: 42)
        for (number, key) in issued.enumerated() {
            list.add(key, generation: Int64(number), loading: number < 50_000)
            if number % 500 == 0 {
                #expect(issued[...number].suffix(5_000).allSatisfy { list.mayContain($0) })
            }
        }
        #expect(issued.allSatisfy { list.mayContain($0) })
    }

    @Test(arguments: [0, 1, 7, 8, 9, 20, 22, 25, 32, 34, 67])
    func `keys of every length pass, and their neighbours mostly do not`(_ bytes: Int) {
        var list = Watchlist(capacity: 1_000, seed: 7)
        let issued = keys(1_000, bytes: bytes, seed: UInt64(bytes))
        for key in issued { list.add(key, generation: 1, loading: true) }
        #expect(issued.allSatisfy { list.mayContain($0) })
        let passed = issued.count { list.mayContain($0 + [0]) }
        #expect(passed < 30 || bytes == 0)
    }

    @Test func `fewer than one strange address in 200 passes a full list`() {
        var list = Watchlist(capacity: 100_000, seed: 99)
        for key in keys(100_000, seed: 1) { list.add(key, generation: 1, loading: true) }
        let passed = keys(100_000, seed: 2).count { list.mayContain($0) }
        #expect(passed < 500)
    }

    @Test func `an empty list lets nothing pass`() {
        let list = Watchlist(seed: 1)
        #expect(keys(10_000, seed: 3).allSatisfy { !list.mayContain($0) })
    }

    @Test func `the generation only grows`() {
        var list = Watchlist(generation: 5, seed: 1)
        list.add([1], generation: 3)
        #expect(list.generation == 5)
        list.add([2], generation: 9)
        list.add([3], generation: 7, loading: true)
        #expect(list.generation == 9)
    }

    @Test func `a list that holds more than it was made for asks to be built anew`() {
        var list = Watchlist(capacity: 5_000, seed: 1)
        for key in keys(4_999, seed: 1) { list.add(key, generation: 1, loading: true) }
        #expect(!list.wantsRebuild)
        list.add([1], generation: 1, loading: true)
        #expect(list.wantsRebuild)
    }

    @Test func `ten million addresses cost tens of megabytes`() {
        #expect(Watchlist(capacity: 10_000_000, seed: 1).bytes == 20_000_000)
    }

    @Test func `a copy does not see what is added later`() {
        var list = Watchlist(seed: 1)
        let copy = list
        list.add([1, 2, 3], generation: 1)
        #expect(list.mayContain([1, 2, 3]) && !copy.mayContain([1, 2, 3]))
    }

    @Test func `which strangers pass depends on the secret seed`() {
        func passing(_ seed: UInt64) -> [Int] {
            var list = Watchlist(capacity: 4_096, seed: seed)
            for key in keys(8_000, seed: 1) { list.add(key, generation: 1, loading: true) }
            return keys(20_000, seed: 2).enumerated().filter { list.mayContain($0.element) }.map(\.offset)
        }
        #expect(!passing(1).isEmpty)
        #expect(Set(passing(1)).intersection(passing(2)).count < passing(1).count / 2)
    }
}
