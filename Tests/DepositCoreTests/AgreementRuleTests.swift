@testable internal import DepositCore
internal import Testing

/// The rules by which nodes' words decide, one by one.
@Suite struct AgreementRuleTests {
    private func word(
        _ node: Int, head: Height = 100, shows: Height? = 100, contradicts: Height? = nil,
        final: UInt32? = nil,
        isRival: Bool = true
    ) -> Sounding {
        Sounding(
            node: node, head: head, shows: shows, contradicts: contradicts, final: final.map { block($0) },
            isRival: isRival)
    }

    private func agreement(_ quorum: Int, standing: Height? = nil, _ words: [Sounding]) -> Agreement {
        var agreement = Agreement(quorum: quorum, standing: standing, blockInterval: 12_000)
        agreement.hear(words, at: now)
        return agreement
    }

    private func detected(at height: UInt32, _ requirement: Requirement) -> Deposit {
        Deposit(
            id: DepositID("dep_1"), chain: ChainID("ethereum"), transfer: transfer(), label: nil,
            requirement: requirement, isSilent: false, state: .detected(in: block(height)), sequence: 1)
    }

    private func confirms(_ deposit: Deposit, _ quorum: Int, _ words: [Sounding]) -> Bool {
        !agreement(quorum, words).confirmable(among: [deposit], on: chain(1...100)).isEmpty
    }

    // MARK: The head, and who has kept up

    @Test func `the head is the highest but one for each liar there may be`() {
        let words = [word(0, head: 1_000_000), word(1, head: 101), word(2, head: 100)]
        #expect(agreement(1, words).head == 1_000_000)
        #expect(agreement(2, words).head == 101)
        #expect(agreement(3, words).head == 100)
        #expect(agreement(2, [word(0)]).head == nil, "fewer answer than must agree")
    }

    @Test func `a node that has not reached where the head stood a patience ago counts for nothing`() {
        var agreement = agreement(2, [word(0), word(1), word(2, head: 90, shows: 90)])
        #expect(agreement.fresh.map(\.node) == [0, 1])
        let later = Timestamp(seconds: now.seconds + 31)
        agreement.hear([word(0, head: 104), word(1, head: 104), word(2, head: 99, shows: 99)], at: later)
        #expect(agreement.fresh.map(\.node) == [0, 1, 2], "it has risen within the patience")
        agreement.hear(
            [word(0, head: 110), word(1, head: 110), word(2, head: 99, shows: 99)],
            at: Timestamp(seconds: later.seconds + 31))
        #expect(agreement.fresh.map(\.node) == [0, 1])
    }

    @Test func `one claim makes no two others old where one node is enough`() {
        let fresh = agreement(1, [word(0, head: 1_000), word(1), word(2)]).fresh
        #expect(fresh.map(\.node) == [0, 1, 2])
    }

    // MARK: Confirming

    @Test func `a deposit is confirmed when so many nodes would each confirm it, and no sooner`() {
        let deposit = detected(at: 98, depth(3))
        #expect(confirms(deposit, 2, [word(0), word(1), word(2, shows: 99)]))
        #expect(!confirms(deposit, 2, [word(0), word(1, shows: 99), word(2, shows: 99)]))
        #expect(confirms(deposit, 1, [word(0)]))
    }

    @Test func `one node that contradicts holds one that shows, and two that show outvote it`() {
        let deposit = detected(at: 98, depth(3))
        let other = word(1, shows: 97, contradicts: 98)
        #expect(!confirms(deposit, 1, [word(0), other]))
        #expect(confirms(deposit, 1, [word(0), other, word(2)]))
    }

    @Test func `finality and its clocks are each node's own`() {
        let final = Requirement(depth: nil, finality: true, rule: "")
        let deposit = detected(at: 98, final)
        #expect(confirms(deposit, 2, [word(0, final: 99), word(1, final: 98)]))
        #expect(!confirms(deposit, 2, [word(0, final: 100), word(1, final: 97)]))
        let fallback = Requirement(
            depth: nil, finality: true, fallback: Requirement.Fallback(depth: 2, after: 600), rule: "")
        // Twelve seconds a block: fifty blocks since the final one are ten minutes.
        #expect(confirms(detected(at: 98, fallback), 2, [word(0, final: 50), word(1, final: 50)]))
        #expect(!confirms(detected(at: 98, fallback), 2, [word(0, final: 50), word(1, final: 60)]))
    }

    @Test func `what is final is what so many hold so`() {
        let words = [word(0, final: 100), word(1, final: 95), word(2, final: 90)]
        #expect([1, 2, 3].map { agreement($0, words).final?.height } == [100, 95, 90])
        #expect(agreement(2, [word(0, final: 100), word(1)]).final == nil)
    }

    // MARK: Taking back

    private func takeBack(
        _ quorum: Int, standing: Height, _ words: [Sounding], window: UInt64 = 50
    ) -> TakeBack {
        agreement(quorum, standing: standing, words).takeBack(
            from: chain(1...100, agreed: standing, window: window))
    }

    @Test func `what never was agreed goes when so many contradict it`() {
        let one = word(0, shows: 97, contradicts: 98)
        #expect(takeBack(2, standing: 97, [one, word(1, shows: 97), word(2, shows: 97)]) == .nothing)
        let two = [one, word(1, shows: 97, contradicts: 98), word(2, shows: 97)]
        #expect(takeBack(2, standing: 97, two) == .undo(to: 97))
    }

    @Test func `or when the node that gave it contradicts it and nobody shows it`() {
        var agreement = agreement(2, standing: 97, [word(1, shows: 97)])
        for header in headers(98...100) { agreement.connected(header, by: 0, at: now) }
        agreement.hear([word(0, shows: 97, contradicts: 98), word(1, shows: 97)], at: now)
        #expect(agreement.takeBack(from: chain(1...100, agreed: 97, window: 50)) == .undo(to: 97))
    }

    @Test func `what was agreed goes only for branches as high, that are more than those that show it`() {
        let against = { (node: Int, isRival: Bool) in
            self.word(node, shows: 97, contradicts: 98, isRival: isRival)
        }
        #expect(takeBack(2, standing: 100, [against(0, true), against(1, false), word(2)]) == .nothing)
        #expect(takeBack(2, standing: 100, [against(0, true), against(1, true), word(2)]) == .undo(to: 97))
        #expect(
            takeBack(1, standing: 100, [against(0, true), word(1)]) == .nothing, "they hold each other")
        #expect(takeBack(1, standing: 100, [against(0, true)]) == .undo(to: 97))
    }

    @Test func `what would reach the floor halts, and nothing is undone`() {
        let deep = (0...1).map { word($0, shows: 40, contradicts: 41) }
        #expect(takeBack(2, standing: 100, deep) == .halt(header(50)))
        #expect(takeBack(2, standing: 100, deep, window: 60) == .undo(to: 40))
    }

    // MARK: The next blocks

    private func stretch(_ headers: [Header], clock: BlockClock = .notBelowParent, reach: Height = 200)
        -> Stretch
    {
        Stretch(headers, on: chain(1...100), upTo: reach, clock: clock, now: block(100).time)
    }

    private func timed(_ height: UInt32, _ time: Int64) -> Header {
        Header(block: block(height, time: time), parent: BlockHash("a\(height - 1)"))
    }

    @Test func `blocks are linked, a height apart, and within reach`() {
        #expect(stretch(headers(101...105)).headers.count == 5)
        #expect(stretch(headers(101...105), reach: 102).headers.count == 2)
        #expect(stretch(headers(101...102, "b")).headers.isEmpty)
        let jump = Header(block: block(400), parent: BlockHash("a100"))
        #expect(stretch([jump], reach: 1_000).headers.isEmpty)
        #expect(stretch([jump], reach: 1_000).refusal?.contains("height 400") == true)
    }

    @Test func `times are no lower than the parent's, above the median, and never two hours ahead`() {
        let tip = block(100).time.seconds
        #expect(stretch([timed(101, tip)]).headers.count == 1)
        #expect(stretch([timed(101, tip - 1)]).headers.isEmpty)
        #expect(stretch([timed(101, tip + 7_200)]).headers.count == 1)
        #expect(
            stretch([timed(101, tip + 7_201)]).refusal?.contains("check this machine's clock") == true)
        let median = block(95).time.seconds
        #expect(stretch([timed(101, median + 1)], clock: .aboveMedian).headers.count == 1)
        #expect(stretch([timed(101, median)], clock: .aboveMedian).headers.isEmpty)
        #expect(stretch([timed(101, median)], clock: .free).headers.count == 1, "a development node's clock")
    }
}
