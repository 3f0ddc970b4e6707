import BitcoinChain
import Crypto
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
    private var scripted = ScriptedChain()

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
    static func script(_ count: Int, chain: Bitcoin, seed: UInt64) -> ScriptedChain {
        var blocks = BitcoinBlocks(chain: chain, seed: seed)
        var mined = [blocks.mine(0, on: [UInt8](repeating: 0, count: 32))]
        for height in 1...count { mined.append(blocks.mine(height, on: mined[height - 1].hash)) }
        for (height, block) in mined.enumerated() {
            blocks.publish(block, height, next: height < count ? mined[height + 1].hash : nil)
        }
        let tip = hexDigits(mined[count].hash.reversed())
        blocks.scripted.answers.add("getbestblockhash", result: .init("\"\(tip)\""))
        return blocks.scripted
    }

    /// A block before it is written for a node's answers.
    private struct Mined {
        let header: [UInt8]
        let hash: [UInt8]
        let raw: [UInt8]
        /// The transactions as `getblock` with verbosity 2 shows them.
        let shown: [UInt8]
    }

    private mutating func mine(_ height: Int, on parent: [UInt8]) -> Mined {
        let apart = Self.transactions / Self.depositsPerBlock
        var body: [UInt8] = []
        var ids: [[UInt8]] = []
        var shown = JSONWriter()
        for index in 0..<(height == 0 ? 1 : Self.transactions) {
            var transaction =
                index == 0
                ? BitcoinTransaction.coinbase(height, &random) : BitcoinTransaction.payment(&random)
            if index % apart == 1, let script = scripts.randomElement(using: &random) {
                transaction.outputs[0].script = script
                scripted.deposits.append("\(hexDigits(transaction.id.reversed())) output:0")
            }
            body += transaction.raw
            ids.append(transaction.id)
            if index > 0 { shown.raw(",") }
            transaction.show(in: &shown) { chain.address(ofScript: $0) }
        }
        let header = Self.header(height, parent, Self.merkleRoot(ids))
        let raw = header + BitcoinTransaction.compactSize(ids.count) + body
        return Mined(header: header, hash: doubleSHA256(header), raw: raw, shown: shown.bytes)
    }

    private static func header(_ height: Int, _ parent: [UInt8], _ merkleRoot: [UInt8]) -> [UInt8] {
        let numbers = [UInt32(time(height)), 0x1702_905c, UInt32(height)]
        return BitcoinTransaction.bytes(UInt32(0x2000_0000)) + parent + merkleRoot
            + numbers.flatMap { BitcoinTransaction.bytes($0) }
    }

    private mutating func publish(_ block: Mined, _ height: Int, next: [UInt8]?) {
        let hash = hexDigits(block.hash.reversed())
        scripted.answers.add("getblockhash", String(height), result: .init("\"\(hash)\""))
        scripted.answers.add(
            "getblockheader", hash, "true", result: .init(shown(block, height, next, transactions: nil)))
        var header = JSONWriter()
        header.hex(block.header)
        scripted.answers.add("getblockheader", hash, "false", result: .init(header.bytes))
        var raw = JSONWriter()
        raw.hex(block.raw)
        scripted.answers.add("getblock", hash, "false", result: .init(raw.bytes))
        scripted.answers.add(
            "getblock", hash, "2", result: .init(shown(block, height, next, transactions: block.shown)))
    }

    private func shown(_ block: Mined, _ height: Int, _ next: [UInt8]?, transactions: [UInt8]?) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("hash", hex: block.hash.reversed())
            json.member("confirmations", number: next == nil ? 1 : 2)
            json.member("height", number: height)
            json.member("version", number: 0x2000_0000)
            json.member("versionHex", text: "20000000")
            json.member("merkleroot", hex: block.header[36..<68].reversed())
            json.member("time", number: Self.time(height))
            json.member("mediantime", number: Self.time(height))
            json.member("nonce", number: height)
            json.member("bits", text: "1702905c")
            json.member("difficulty", raw: "109782075598905.2")
            json.member("chainwork", text: String(repeating: "0", count: 64))
            json.member("nTx", number: Self.transactions)
            json.member("previousblockhash", hex: block.header[4..<36].reversed())
            if let next { json.member("nextblockhash", hex: next.reversed()) }
            if let transactions {
                json.member("size", number: block.raw.count)
                json.name("tx")
                json.raw("[")
                json.raw(transactions)
                json.raw("]")
            }
        }
        return json.bytes
    }

    private static func time(_ height: Int) -> Int { 1_750_000_000 + height * 600 }

    private static func merkleRoot(_ ids: [[UInt8]]) -> [UInt8] {
        var level = ids
        while level.count > 1 {
            if level.count % 2 == 1 { level.append(level[level.count - 1]) }
            level = stride(from: 0, to: level.count, by: 2).map { doubleSHA256(level[$0] + level[$0 + 1]) }
        }
        return level[0]
    }
}

func doubleSHA256(_ bytes: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: Array(SHA256.hash(data: bytes))))
}
