import Testing

@testable import DepositCore

/// What a transaction moves can depend on what ran before it, so another block may make another transfer of it.
@Suite struct MinedAgainTests {
    private let rules: ChainRules = {
        let asset = Asset(id: AssetID("USD"), contract: "0x1", decimals: 6, minimum: .zero)
        let requirement = Requirement(depth: 5, finality: false, rule: "every deposit")
        let policy = Policy(rules: [Rule(asset: nil, below: nil, requirement: requirement)])
        return ChainRules(
            chain: ChainID("test"), assets: [asset], finality: .instant,
            policy: policy ?? { preconditionFailure("a rule") }())
    }()

    private func block(_ hash: String) -> BlockRef {
        BlockRef(height: 10, hash: BlockHash(hash), time: Timestamp(seconds: 0))
    }

    private func found(_ amount: UInt64, in hash: String, known: [Deposit]) -> Change {
        let transfer = Transfer(
            transaction: TransactionID("swap"), position: Position("log:3"), asset: AssetID("USD"),
            amount: Amount(amount), to: Address(key: [1], text: "one"), from: [])
        let view = ChainView(tip: block(hash), finalized: nil)
        return Settlement.settle(
            [Incoming(transfer, on: rules.chain, label: nil)], in: block(hash), move: .stay, known: known,
            rules: rules,
            view: view,
            now: Timestamp(seconds: 0))
    }

    @Test func `a deposit mined again is told with what it moves now`() {
        let first = found(100, in: "a", known: [])
        let header = Header(block: block("a"), parent: BlockHash("p"))
        let left = Settlement.unsettle(
            header, known: first.deposits, rules: rules, view: ChainView(tip: block("b"), finalized: nil),
            now: Timestamp(seconds: 0))
        let second = found(97, in: "b", known: left.deposits)
        #expect(second.deposits.map(\.id) == first.deposits.map(\.id))
        #expect(second.deposits.map(\.transfer.amount) == [Amount(UInt64(97))])
        #expect(second.events.last?.body.contains(#""amount":"97""#) == true)
        #expect(second.deposits.map(\.sequence) == [3])
    }

    @Test func `a deposit that stands keeps what it was found with`() {
        let first = found(100, in: "a", known: [])
        #expect(found(97, in: "b", known: first.deposits).deposits.isEmpty)
    }
}
