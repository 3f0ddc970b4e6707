internal import BitcoinChain
internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// Bitcoin's blocks and bitcoind's JSON-RPC and REST, on a chain that begins as regtest does.
struct BitcoinFamily: ScriptedFamily {
    let servesREST: Bool
    let form = ReplyForm.bitcoind

    func chainFile(genesis: Header) -> String {
        """
        id: scripted-bitcoin
        family: bitcoin
        network: {chain: regtest, work: bitcoin-regtest, genesis: "\(genesis.hash)"}
        block_interval: 1s
        reorg_window: 64
        finality: {depth: 32}
        policy: [{depth: 3}]
        assets:
          - {id: BTC, native: true, decimals: 8}
        proof: full
        options: {p2pkh: 111, p2sh: 196, bech32: bcrt}
        """
    }

    func chain(_ file: String) throws -> any Chain {
        try Bitcoin(ChainSpec(file, file: "scripted-bitcoin.yaml"))
    }

    /// Regtest's block 0 (Bitcoin Core, kernel/chainparams.cpp): the shipped `bitcoin-regtest` fits this chain too.
    var genesis: any MadeBlock {
        let words = Array("The Times 03/Jan/2009 Chancellor on brink of second bailout for banks".utf8)
        let key = PlainRLP.hex(
            "0x04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6"
                + "49f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f")
        let script = [4, 0xff, 0xff, 0x00, 0x1d, 1, 4, UInt8(words.count)] + words
        let coinbase = BitcoinTransaction(
            version: 1, inputs: [.coinbase(script)],
            outputs: [.init(value: 5_000_000_000, script: [65] + key.string + [0xac])])
        return PlacedBlock(
            height: 0,
            block: BitcoinBlock(version: 1, time: 1_296_688_602, nonce: 2, transactions: [coinbase]))
    }

    func mine(_ payments: [TestChain.Payment], on parent: any MadeBlock, salt: UInt64) -> any MadeBlock {
        let parent = parent.summary
        let height = parent.height + 1
        let script = BitcoinTransaction.push(height: height.rawValue) + [8] + salt.little
        let coinbase = BitcoinTransaction(
            inputs: [.coinbase(script)], outputs: [.init(value: 5_000_000_000, script: [0x51])])
        var block = BitcoinBlock(
            parent: PlainRLP.hex("0x" + parent.hash.text).string.reversed(),
            time: UInt32(truncatingIfNeeded: parent.block.time.seconds + 600),
            transactions: [coinbase] + payments.map(transaction))
        block.mine()
        return PlacedBlock(height: height, block: block)
    }

    func transaction(of payment: TestChain.Payment) -> String {
        transaction(payment).id.reversed().hexDigits
    }

    private func transaction(_ payment: TestChain.Payment) -> BitcoinTransaction {
        let spent = doubleSHA256(Array(payment.name.utf8))
        return BitcoinTransaction(
            inputs: [.init(spent: spent, index: 0)],
            outputs: [.init(value: payment.amount, script: payment.to.key)])
    }

    func address(_ number: Int, on chain: any Chain) -> String {
        let program = doubleSHA256(Array("address \(number)".utf8)).prefix(20)
        return (chain as? Bitcoin)?.address(ofScript: [0, 20] + program) ?? ""
    }

    func answer(_ method: String, _ parameters: [JSON], in view: NodeView) -> NodeAnswer {
        switch method {
        case "getblockchaininfo":
            let height = view.tip.summary.height
            return .result(
                #"{"chain":"regtest","blocks":\#(height),"headers":\#(height),"initialblockdownload":false}"#)
        case "getbestblockhash": return .text(view.tip.summary.hash.text)
        case "getblockcount": return .result("\(view.tip.summary.height)")
        case "getblockhash":
            guard let block = parameters.first?.unsigned.flatMap({ view.block(at: $0) }) else {
                return .error(code: -8, message: "Block height out of range")
            }
            return .text(block.summary.hash.text)
        case "getblockheader", "getblock":
            guard let block = view.block(parameters.first?.string ?? "", as: PlacedBlock.self) else {
                return .error(code: -5, message: "Block not found")
            }
            return .result(
                method == "getblock" ? body(block, parameters, view) : header(block, parameters, view))
        default: return .noSuchMethod
        }
    }

    func answer(toGet path: String, in view: NodeView) -> [UInt8]? {
        guard servesREST, path.hasPrefix("/rest/block/"), path.hasSuffix(".bin") else { return nil }
        let hash = path.dropFirst("/rest/block/".count).dropLast(".bin".count)
        return view.block(String(hash), as: PlacedBlock.self)?.block.raw
    }

    private func header(_ placed: PlacedBlock, _ parameters: [JSON], _ view: NodeView) -> [UInt8] {
        let isShown = parameters.count < 2 || parameters[1].bool == true
        return isShown ? shown(placed, nil, view) : JSONWriter.hex(placed.block.header)
    }

    /// By verbosity: 0 or `false` the bytes, 1 the ids of the transactions, 2 the transactions.
    private func body(_ placed: PlacedBlock, _ parameters: [JSON], _ view: NodeView) -> [UInt8] {
        let verbosity =
            parameters.count < 2 ? 1 : parameters[1].unsigned ?? (parameters[1].bool == true ? 1 : 0)
        if verbosity == 0 { return JSONWriter.hex(placed.block.raw) }
        var transactions = JSONWriter()
        transactions.list(placed.block.transactions) { json, transaction in
            if verbosity == 1 {
                json.hex(transaction.id.reversed())
            } else {
                transaction.show(in: &json) { (view.chain as? Bitcoin)?.address(ofScript: $0) }
            }
        }
        return shown(placed, transactions.bytes, view)
    }

    private func shown(_ placed: PlacedBlock, _ transactions: [UInt8]?, _ view: NodeView) -> [UInt8] {
        let height = placed.summary.height
        let confirmations = view.confirmations(placed.summary)
        let next = confirmations == nil ? nil : view.block(at: height.rawValue + 1) as? PlacedBlock
        return placed.block.shown(
            at: Int(height.rawValue), confirmations: confirmations ?? -1, next: next?.block.hash,
            transactions: transactions)
    }
}

/// A block with its height, which its bytes do not tell.
struct PlacedBlock: MadeBlock {
    let summary: Header
    var block: BitcoinBlock

    init(height: Height, block: BitcoinBlock) {
        self.block = block
        summary = Header(
            block: BlockRef(
                height: height, hash: BlockHash(block.hashText), time: Timestamp(seconds: Int64(block.time))),
            parent: BlockHash(block.parent.reversed().hexDigits))
    }

    func told(_ lie: NodeFault) -> PlacedBlock {
        var placed = self
        switch lie {
        case .droppedTransaction where block.transactions.count > 1: placed.block.transactions.removeLast()
        case .changedAmount:
            for index in block.transactions.indices { placed.block.transactions[index].outputs[0].value += 1 }
        default: break
        }
        return placed
    }
}
