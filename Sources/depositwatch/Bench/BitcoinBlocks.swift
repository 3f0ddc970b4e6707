import BitcoinChain
import DepositTestKit

/// Blocks like Bitcoin's: 2,500 transactions in 1.38 MB, legacy and segwit, each with ten deposits in it.
///
/// Hashes, ids and merkle roots are real, and reckoned here apart from the code that is measured.
struct BitcoinBlocks {
    private static let transactions = 2_500
    private static let depositsPerBlock = 10
    private static let issued = 1_000

    private let chain: Bitcoin
    private var random: SeededRandom
    private var scripts: [[UInt8]] = []
    private var scripted = BenchChain()

    init(chain: Bitcoin, seed: UInt64) {
        self.chain = chain
        random = SeededRandom(seed: seed)
        for _ in 0..<Self.issued {
            let script = BitcoinTransaction.script(&random)
            scripts.append(script)
            scripted.addresses.append(chain.address(ofScript: script) ?? "")
        }
    }

    /// `count` blocks from height 1 on.
    static func script(_ count: Int, chain: Bitcoin, seed: UInt64) -> BenchChain {
        var blocks = BitcoinBlocks(chain: chain, seed: seed)
        var mined = [blocks.mine(0, on: [UInt8](repeating: 0, count: 32))]
        for height in 1...count { mined.append(blocks.mine(height, on: mined[height - 1].hash)) }
        for (height, block) in mined.enumerated() {
            blocks.publish(block, height, next: height < count ? mined[height + 1].hash : nil)
        }
        let tip = mined[count].block.hashText
        blocks.scripted.answers.add("getbestblockhash", result: .init("\"\(tip)\""))
        return blocks.scripted
    }

    /// A block, and its transactions as `getblock` with verbosity 2 shows them.
    private struct Mined {
        let block: BitcoinBlock
        let hash: [UInt8]
        let shown: [UInt8]
    }

    private mutating func mine(_ height: Int, on parent: [UInt8]) -> Mined {
        let apart = Self.transactions / Self.depositsPerBlock
        var transactions: [BitcoinTransaction] = []
        for index in 0..<(height == 0 ? 1 : Self.transactions) {
            var transaction =
                index == 0
                ? BitcoinTransaction.coinbase(height, &random) : BitcoinTransaction.payment(&random)
            if index % apart == 1, let script = scripts.randomElement(using: &random) {
                transaction.outputs[0].script = script
                scripted.deposits.append("\(transaction.id.reversed().hexDigits) output:0")
            }
            transactions.append(transaction)
        }
        var block = BitcoinBlock(
            parent: parent, time: UInt32(Self.time(height)), transactions: transactions)
        block.mine()
        var shown = JSONWriter()
        shown.list(transactions) { $1.show(in: &$0) { chain.address(ofScript: $0) } }
        return Mined(block: block, hash: block.hash, shown: shown.bytes)
    }

    private mutating func publish(_ mined: Mined, _ height: Int, next: [UInt8]?) {
        let hash = mined.block.hashText
        func add(_ method: String, _ form: String, _ json: [UInt8]) {
            scripted.answers.add(method, hash, form, result: .init(json))
        }
        scripted.answers.add("getblockhash", String(height), result: .init("\"\(hash)\""))
        add("getblockheader", "true", shown(mined, height, next, transactions: nil))
        add("getblockheader", "false", JSONWriter.hex(mined.block.header))
        add("getblock", "false", JSONWriter.hex(mined.block.raw))
        add("getblock", "2", shown(mined, height, next, transactions: mined.shown))
    }

    private func shown(_ mined: Mined, _ height: Int, _ next: [UInt8]?, transactions: [UInt8]?) -> [UInt8] {
        mined.block.shown(
            at: height, confirmations: next == nil ? 1 : 2, next: next, transactions: transactions)
    }

    private static func time(_ height: Int) -> Int { 1_750_000_000 + height * 600 }
}
