internal import DepositCore
internal import NodeRPC

extension EthereumFamily {
    /// `eth_call`, of the one contract that these chains have and the one thing it is asked: `balanceOf(address)`.
    func call(_ call: JSON?, at place: JSON?, in view: NodeView) -> NodeAnswer {
        guard let block = block(place?.member("blockHash") ?? place, in: view) else {
            return .error(code: -32_000, message: "header not found")
        }
        let input = call?.member("data")?.string ?? ""
        guard call?.member("to")?.string == "0x" + Self.token.hexDigits else { return .text("0x") }
        guard input.hasPrefix("0x70a08231"), input.utf8.count == 74 else {
            return .error(code: 3, message: "execution reverted")
        }
        let held = String(held(by: input.suffix(64), after: block, in: view), radix: 16)
        return .text("0x" + String(repeating: "0", count: 64 - held.count) + held)
    }

    /// All that was paid to the account with this word, up to a block of whichever branch: nobody pays from a made-up
    /// address.
    private func held(by word: Substring, after block: EthereumBlock, in view: NodeView) -> UInt128 {
        var held: UInt128 = 0
        var next: EthereumBlock? = block
        while let block = next {
            for log in block.receipts.flatMap(\.logs) where log.topics[2].hexDigits == word {
                held += log.data.reduce(0) { $0 << 8 | UInt128($1) }
            }
            next = view.known[BlockHash("0x" + block.parent.hexDigits)] as? EthereumBlock
        }
        return held
    }
}
