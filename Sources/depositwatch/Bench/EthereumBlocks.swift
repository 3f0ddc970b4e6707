import DepositTestKit

/// Blocks like Ethereum's: 200 transactions of type 2 and 176 Transfer logs, 402 KB of JSON, ten deposits in each, and
/// two that only look like one: a payment that failed, and a token that is not listed.
///
/// Hashes, roots and blooms are real, and reckoned here apart from the code that is measured.
struct EthereumBlocks {
    /// The listed ones: USDT and USDC.
    static let contracts = [
        "0xdac17f958d2ee523a2206206994597c13d831ec7", "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
    ]
    private static let issued = 1_000
    private static let nativeDeposits = 4
    private static let tokenDeposits = 6

    private let hasReceipts: Bool
    private var random: SeededRandom
    private let accounts: [[UInt8]]
    private let listed = contracts.map(bytes)
    private let unlisted: [[UInt8]]
    private var scripted = BenchChain()

    init(hasReceipts: Bool, seed: UInt64) {
        self.hasReceipts = hasReceipts
        var random = SeededRandom(seed: seed)
        accounts = (0..<Self.issued).map { _ in random.bytes(20) }
        unlisted = (0..<30).map { _ in random.bytes(20) }
        self.random = random
        scripted.addresses = accounts.map { "0x" + $0.hexDigits }
        scripted.contracts = Self.contracts
    }

    /// `count` blocks from height 1 on; without `hasReceipts` the node has no `eth_getBlockReceipts`.
    static func script(_ count: Int, hasReceipts: Bool, seed: UInt64) -> BenchChain {
        var blocks = EthereumBlocks(hasReceipts: hasReceipts, seed: seed)
        var parent = [UInt8](repeating: 0, count: 32)
        for height in 0...count {
            let made = height == 0 ? [] : blocks.transactions()
            let block = EthereumBlock(
                height: UInt64(height), parent: parent, transactions: made.map(\.transaction),
                failing: Set(made.indices.filter { made[$0].role == .failedPayment }),
                extraData: Array("bench".utf8))
            block.publish(in: &blocks.scripted.answers, isTip: height == count, hasReceipts: hasReceipts)
            parent = block.hash
        }
        return blocks.scripted
    }

    /// What a transaction is to whoever watches the issued addresses.
    private enum Role: Equatable {
        case deposit(Position)
        /// To an issued address, and without effect.
        case failedPayment
        case noDeposit
    }

    /// Where in its transaction a deposit stands.
    private enum Position: String {
        case value = "call:0"
        case log = "log:0"
    }

    private typealias Made = (transaction: EthereumTransaction, role: Role)

    /// 60 payments, 80 token transfers and 60 swaps, in no order.
    private mutating func transactions() -> [Made] {
        var made: [Made] = []
        for index in 0..<60 {
            switch index {
            case ..<Self.nativeDeposits: made.append(payment(.deposit(.value)))
            case Self.nativeDeposits: made.append(payment(.failedPayment))
            default: made.append(payment(.noDeposit))
            }
        }
        for index in 0..<80 {
            switch index {
            case ..<Self.tokenDeposits: made.append(tokenTransfer(of: listed, to: account(), .deposit(.log)))
            case Self.tokenDeposits: made.append(tokenTransfer(of: unlisted, to: account(), .noDeposit))
            default:
                let contracts = Bool.random(using: &random) ? listed : unlisted
                made.append(tokenTransfer(of: contracts, to: random.bytes(20), .noDeposit))
            }
        }
        for index in 0..<60 { made.append((swap(transfers: index < 36 ? 2 : 1), .noDeposit)) }
        made.shuffle(using: &random)
        for case (let transaction, .deposit(let position)) in made {
            scripted.deposits.append("0x\(transaction.hash.hexDigits) \(position.rawValue)")
        }
        return made
    }

    private mutating func payment(_ role: Role) -> Made {
        let to = role == .noDeposit ? random.bytes(20) : account()
        let value = UInt64.random(in: 1_000_000_000_000...9_000_000_000_000_000_000, using: &random)
        return (EthereumTransaction(to: to, value: value, input: [], logs: [], &random), role)
    }

    private mutating func tokenTransfer(of contracts: [[UInt8]], to: [UInt8], _ role: Role) -> Made {
        let contract = contracts.randomElement(using: &random) ?? []
        let log = EthereumTransaction.transfer(of: contract, to: to, &random)
        let input = [0xa9, 0x05, 0x9c, 0xbb] + EthereumTransaction.word(to) + log.data
        return (EthereumTransaction(to: contract, value: 0, input: input, logs: [log], &random), role)
    }

    private mutating func swap(transfers: Int) -> EthereumTransaction {
        var logs: [EthereumTransaction.Log] = []
        for _ in 0..<transfers {
            let contract = (listed + unlisted).randomElement(using: &random) ?? []
            logs.append(EthereumTransaction.transfer(of: contract, to: random.bytes(20), &random))
        }
        // Other events stand in receipts, and are left out of what is asked for by eth_getLogs.
        if hasReceipts {
            for _ in 0..<5 {
                logs.append(
                    EthereumTransaction.Log(
                        contract: random.bytes(20), topics: [EthereumTransaction.syncTopic],
                        data: random.bytes(64)))
            }
        }
        let words = Int.random(in: 12...63, using: &random)
        let value =
            Bool.random(using: &random) ? UInt64.random(in: 1...1_000_000_000_000_000_000, using: &random) : 0
        return EthereumTransaction(
            to: unlisted.randomElement(using: &random) ?? [], value: value,
            input: random.bytes(4 + words * 32),
            logs: logs, &random)
    }

    private mutating func account() -> [UInt8] {
        accounts.randomElement(using: &random) ?? []
    }

    private static func bytes(_ text: String) -> [UInt8] {
        let digits = Array(text.dropFirst(2))
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
    }
}
