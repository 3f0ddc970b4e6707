internal import BigInt
@testable internal import DepositCore

/// A block on a named fork: `block(7, "b")` has the hash `b7`.
func block(_ height: UInt32, _ fork: String = "a", time: Int64? = nil) -> BlockRef {
    BlockRef(
        height: Height(integerLiteral: height), hash: BlockHash("\(fork)\(height)"),
        time: Timestamp(seconds: time ?? 1_700_000_000 + Int64(height) * 12))
}

/// A header whose parent is the block below on the same fork, or on `parentFork`.
func header(_ height: UInt32, _ fork: String = "a", on parentFork: String? = nil) -> Header {
    Header(block: block(height, fork), parent: BlockHash("\(parentFork ?? fork)\(Int(height) - 1)"))
}

func headers(_ heights: ClosedRange<UInt32>, _ fork: String = "a", on parentFork: String? = nil) -> [Header] {
    heights.map { header($0, fork, on: $0 == heights.lowerBound ? parentFork : nil) }
}

func chain(
    _ heights: ClosedRange<UInt32>, agreed: Height? = nil, finalized: BlockRef? = nil, window: UInt64 = 100
) -> HeaderChain {
    HeaderChain(headers: headers(heights), agreed: agreed, finalized: finalized, window: window)
}

let coin = Asset(id: AssetID("ETH"), contract: nil, decimals: 18, minimum: .zero)
let token = Asset(id: AssetID("USDT"), contract: "0xdac1", decimals: 6, minimum: Amount(10_000))
let customer = Address(key: [1, 2, 3], text: "0xcafe")

func transfer(
    _ transaction: String = "t1", _ position: String = "log:0", amount: UInt64 = 5_000_000,
    asset: AssetID = token.id, maturity: UInt64 = 1, doubt: Doubt? = nil
) -> Transfer {
    Transfer(
        transaction: TransactionID(transaction), position: Position(position), asset: asset,
        amount: Amount(amount), to: customer, from: ["0xfeed"], maturity: maturity, doubt: doubt)
}

func depth(_ depth: UInt64) -> Requirement {
    Requirement(depth: depth, finality: false, rule: "every deposit")
}

/// - Precondition: `policy` ends in a rule that matches everything.
func policy(_ rules: [Rule]) -> Policy {
    guard let policy = Policy(rules: rules) else {
        preconditionFailure("the last rule must match everything")
    }
    return policy
}

func rules(_ requirement: Requirement, finality: Finality = .depth(100)) -> ChainRules {
    ChainRules(
        chain: ChainID("ethereum"), assets: [coin, token], finality: finality,
        policy: policy([Rule(asset: nil, below: nil, requirement: requirement)]))
}

let now = Timestamp(seconds: 1_795_227_307)
