import CKeccak
import DepositTestKit
import Testing

@testable import EVMChain

@Suite struct EncodingTests {
    /// Keccak team's ShortMsgKAT for the empty message; the others from Ethereum's own sources.
    @Test(arguments: [
        ("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        ("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (
            "Transfer(address,address,uint256)",
            "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
        ),
        (
            "TransferSingle(address,address,address,uint256,uint256)",
            "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62"
        ),
        ("Deposit(address,uint256)", "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c"),
    ])
    func `keccak gives the published hashes`(message: String, hash: String) {
        #expect(Keccak256.hash(Array(message.utf8)).text == hash)
    }

    /// Lengths around one and two rates, made with PyPI's eth-hash over bytes 0, 1, 2 … 255, 0 ….
    @Test(arguments: LongHashes.known)
    func `keccak holds at the edges of its blocks`(length: Int, hash: String) {
        #expect(Keccak256.hash((0..<length).map { UInt8(truncatingIfNeeded: $0) }).text == hash)
    }

    /// Every form of the permutation that this processor runs: more messages than fit a group and fewer, of the same
    /// length and of very different ones.
    @Test(arguments: [nil] + (0...dw_keccak_widest_form()).map { $0 })
    func `many at once have the hashes that each has alone`(form: CInt?) {
        var random = SeededRandom(seed: 7)
        var batch = KeccakBatch(form: form)
        var hashes = [Bytes32.zero]
        for count in 0...13 {
            for lengths in [0...0, 30...140, 135...137, 0...3_000] {
                var writer = RLPWriter()
                var messages: [Range<Int>] = []
                for _ in 0..<count {
                    let start = writer.count
                    random.bytes(Int.random(in: lengths, using: &random)).withUnsafeBytes { writer.raw($0) }
                    messages.append(start..<writer.count)
                }
                batch.hash(messages, in: writer, to: &hashes)
                #expect(hashes == messages.map { Keccak256.hash(writer.bytes($0)) }, "\(count) of \(lengths)")
            }
        }
    }

    @Test(arguments: [
        ("0x", "0x80"), ("0x00", "0x00"), ("0x7f", "0x7f"), ("0x80", "0x8180"), ("0x0400", "0x820400"),
        ("0x646f67", "0x83646f67"),
    ])
    func `data is written as RLP`(data: String, encoded: String) throws {
        var writer = RLPWriter()
        let isWritten = withHex(data) { writer.data($0) }
        #expect(isWritten)
        #expect(hexText(writer.bytes) == encoded)
    }

    @Test(arguments: [
        ("0x0", "0x80"), ("0x00", "0x80"), ("0xf", "0x0f"), ("0x400", "0x820400"), ("0x0400", "0x820400"),
        ("0x80", "0x8180"), ("0xffffffffffffffffff", "0x89ffffffffffffffffff"),
    ])
    func `quantities are written without leading zeros`(quantity: String, encoded: String) {
        var writer = RLPWriter()
        let isWritten = withHex(quantity) { writer.quantity($0) }
        #expect(isWritten)
        #expect(hexText(writer.bytes) == encoded)
    }

    @Test(arguments: [
        "0xg0", "0x0g", "0xabcdefg012345678", "0x1234567/", "0x1234567:", "0x1234567@", "0x1234567`",
    ])
    func `what is no hex is refused`(data: String) {
        var writer = RLPWriter()
        #expect(!withHex(data) { writer.data($0) })
        #expect(!withHex(data) { writer.quantity($0) })
    }

    @Test func `every byte but the hex digits is refused at every place of eight`() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<8 {
                var digits = [UInt8](repeating: 0x30, count: 8)
                digits[place] = byte
                let isHex = digits.withUnsafeBytes { source in
                    withUnsafeTemporaryAllocation(byteCount: 4, alignment: 4) { target in
                        target.baseAddress.map { decodeHex(source, to: $0) } ?? false
                    }
                }
                #expect(isHex == (nibble(byte) != nil), "byte \(byte) at \(place)")
            }
        }
    }

    @Test func `long strings and lists carry their length`() {
        var writer = RLPWriter(capacity: 1)
        let list = writer.beginList()
        [UInt8](repeating: 0xaa, count: 56).withUnsafeBytes { writer.string($0) }
        writer.number(1_024)
        writer.endList(list)
        let encoded = "0xf83d" + "b838" + String(repeating: "aa", count: 56) + "820400"
        #expect(hexText(writer.bytes) == encoded)
    }

    @Test func `an empty trie has the published root`() {
        var trie = OrderedTrie()
        let writer = RLPWriter()
        let root = trie.root(of: [], in: writer).text
        #expect(root == "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")
    }

    /// Against a trie that is built the long way, over counts where keys change their length and values fit
    /// a node.
    @Test(arguments: [1, 2, 3, 16, 17, 127, 128, 129, 130, 255, 256, 257, 300, 1_000])
    func `the root is that of a trie built the long way`(count: Int) {
        for length in [1, 20, 40, 200] {
            let values = (0..<count).map { index in
                (0..<length).map { UInt8(truncatingIfNeeded: index &* 7 &+ $0) }
            }
            var writer = RLPWriter()
            var ranges: [Range<Int>] = []
            for value in values {
                let start = writer.count
                value.withUnsafeBytes { writer.raw($0) }
                ranges.append(start..<writer.count)
            }
            var trie = OrderedTrie()
            let root = trie.root(of: ranges, in: writer).text
            #expect(root == plainTrieText(of: values), "\(count) values of \(length) bytes")
        }
    }

    private func withHex(_ text: String, _ body: (HexDigits) -> Bool) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { HexDigits(prefixed: $0).map(body) ?? false }
    }
}
