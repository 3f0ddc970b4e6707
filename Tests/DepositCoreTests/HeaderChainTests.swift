@testable internal import DepositCore
internal import Testing

@Suite struct HeaderChainTests {
    @Test(
        arguments: [
            // heights, agreed, final, window, floor
            (1...10, nil, nil, 100, nil),
            (1...10, nil, nil, 10, nil),
            (0...10, nil, nil, 10, 0),
            (1...10, nil, nil, 9, 1),
            (1...100, nil, nil, 10, 90),
            (1...100, 105, nil, 10, 95),
            (1...100, nil, 40, 10, 90),
            (1...100, nil, 95, 10, 95),
            (1...100, nil, 95, 1_000, 95),
            (1...100, nil, 100, 10, 100),
            (50...100, nil, 40, 1_000, nil),
        ] as [(ClosedRange<UInt32>, UInt32?, UInt32?, UInt64, UInt32?)])
    func `the floor is the higher of what is final and what is a window below the highest agreed block`(
        _ heights: ClosedRange<UInt32>, _ agreed: UInt32?, _ final: UInt32?, _ window: UInt64,
        _ floor: UInt32?
    ) {
        let local = chain(
            heights, agreed: agreed.map { Height(integerLiteral: $0) }, finalized: final.map { block($0) },
            window: window)
        #expect(local.floor == floor.map { header($0) })
    }

    @Test func `undoing blocks does not move the floor down`() {
        var local = chain(1...100, window: 10)
        for _ in 0..<5 { local.tip.map { local.disconnect($0) } }
        local.connect(header(96, "b", on: "a"))
        #expect(local.agreed == 100)
        #expect(local.floor == header(90))
    }

    @Test func `what was agreed is what was kept, and where nothing was it is the tip`() {
        #expect(chain(1...100).agreed == 100)
        #expect(chain(1...100, agreed: 140).agreed == 140)
    }

    @Test func `an operator's word outlives a restart`() {
        var local = chain(50...100, window: 10)
        local.yield()
        #expect(chain(50...100, agreed: local.agreed, window: 10).floor == header(50))
    }

    @Test func `what is final never goes back`() {
        var local = chain(1...100)
        local.finalize(nil)
        #expect(local.finalized == nil)
        local.finalize(block(0))
        #expect(local.finalized == block(0))
        local.finalize(block(50))
        local.finalize(block(49))
        local.finalize(block(50, "b"))
        local.finalize(nil)
        #expect(local.finalized == block(50))
        local.finalize(block(51))
        #expect(local.finalized == block(51))
    }

    @Test func `a header is found by its height, also where heights have gaps`() {
        let sparse = ([2, 3, 7, 20] as [UInt32]).reduce(into: [Header]()) { made, height in
            let parent = made.last?.hash ?? BlockHash("none")
            made.append(Header(block: block(height), parent: parent))
        }
        let local = HeaderChain(headers: sparse, agreed: nil, finalized: nil, window: 5)
        for height in 0..<25 as Range<UInt32> {
            let expected = [2, 3, 7, 20].contains(height) ? block(height) : nil
            #expect(local.header(at: Height(integerLiteral: height))?.block == expected)
        }
        #expect(local.floor?.height == 7)
    }

    @Test func `twice the window stays behind the tip, however long the chain grows`() {
        var local = chain(1...1, window: 10)
        for height in 2...500 as ClosedRange<UInt32> {
            local.connect(header(height))
            local.agree(on: Height(integerLiteral: height))
            let behind = Int(height) - Int(local.headers.first?.height.rawValue ?? 0)
            #expect(behind >= min(Int(height) - 1, 20))
            #expect(behind <= 30)
        }
        #expect(local.floor == header(490))
    }

    @Test func `a gap longer than the window leaves a floor`() {
        var local = chain(1...40, window: 10)
        local.connect(Header(block: block(1_000), parent: BlockHash("a40")))
        local.agree(on: 1_000)
        #expect(local.floor == header(40))
        local.connect(header(1_001))
        local.agree(on: 1_001)
        #expect(local.floor == header(40))
    }

    @Test func `an operator's word lets the floor down to the lowest block that is kept`() {
        var local = chain(50...100, finalized: block(98), window: 10)
        #expect(local.floor == header(98))
        local.yield()
        #expect(local.floor == header(50))
        while local.tip != header(51) { local.tip.map { local.disconnect($0) } }
        #expect(local.floor == header(50))
        for next in headers(52...70, "b", on: "a") { local.connect(next) }
        #expect(local.floor == header(50), "what nobody agreed on moves no floor")
        local.agree(on: 70)
        #expect(local.floor == header(60, "b"))
    }

    @Test func `an operator's word cannot raise the floor`() {
        var local = chain(1...20, window: 100)
        local.yield()
        #expect(local.agreed == 20)
        var empty = HeaderChain(headers: [], agreed: 7, finalized: block(3), window: 10)
        empty.yield()
        #expect(empty.floor == nil)
    }

    @Test func `disconnecting gives back what was there before connecting`() {
        var local = chain(1...20)
        let before = local.headers
        local.connect(header(21))
        local.disconnect(header(21))
        #expect(local.headers == before)
    }

    @Test func `no headers, no floor and no tip`() {
        let empty = HeaderChain(headers: [], agreed: 0, finalized: nil, window: 0)
        #expect(empty.tip == nil && empty.floor == nil && empty.header(at: 0) == nil)
    }
}

@Suite struct FinalityTests {
    private func head(_ height: UInt32, final: BlockRef?) -> Head {
        Head(header: header(height), finalized: final)
    }

    private func finalized(_ finality: Finality, in local: HeaderChain, _ head: Head) -> BlockRef? {
        guard let tip = local.tip,
            let shows = local.header(at: min(tip.height, head.header.height))
        else { return nil }
        return rules(depth(1), finality: finality).final(head, showing: shows, of: local)
    }

    @Test func `a node's word counts for a block that is ours too`() {
        #expect(finalized(.tag, in: chain(1...100), head(100, final: block(90))) == block(90))
        #expect(finalized(.tag, in: chain(1...100), head(100, final: block(100))) == block(100))
        #expect(finalized(.tag, in: chain(1...100), head(100, final: nil)) == nil)
        #expect(finalized(.tag, in: chain(1...100), head(100, final: block(90, "b"))) == nil)
        // Below all that we keep it is the node's word, for its clock alone is read there.
        #expect(finalized(.tag, in: chain(50...100), head(100, final: block(49))) == block(49))
    }

    @Test func `while catching up only what lies a window below our tip is final`() {
        let local = chain(1...100, window: 30)
        #expect(finalized(.tag, in: local, head(500, final: block(400))) == block(70))
        #expect(finalized(.tag, in: local, head(500, final: block(101))) == block(70))
        #expect(finalized(.tag, in: chain(90...100, window: 30), head(500, final: block(400))) == nil)
    }

    @Test func `a final block above the node's own head is not believed`() {
        #expect(finalized(.tag, in: chain(1...300), head(200, final: block(400))) == nil)
        #expect(finalized(.tag, in: chain(1...100), head(80, final: block(90))) == nil)
    }

    @Test(arguments: [(1, 100), (2, 99), (100, 1), (101, nil), (1_000, nil)] as [(UInt64, UInt32?)])
    func `finality by depth counts the tip as one`(_ required: UInt64, _ height: UInt32?) {
        let final = finalized(.depth(required), in: chain(1...100), head(100, final: block(100)))
        #expect(final == height.map { block($0) })
    }

    @Test func `on an instant chain the tip is final`() {
        #expect(finalized(.instant, in: chain(1...100), head(100, final: nil)) == block(100))
        let empty = HeaderChain(headers: [], agreed: 0, finalized: nil, window: 10)
        #expect(finalized(.instant, in: empty, head(100, final: block(5))) == nil)
    }
}
