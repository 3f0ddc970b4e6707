internal import ChainKit
package import DepositCore
internal import EVMChain
internal import NodeRPC

/// Ethereum's blocks and JSON-RPC, on a chain with a coin, `ETH`, and a token, `TOK`.
struct EthereumFamily: ScriptedFamily {
    private static let chainID: UInt64 = 31_337
    static let token = [UInt8](repeating: 0, count: 18) + [0x70, 0x6b]

    let form = ReplyForm.modern
    /// The type of the transaction that every block with payments ends with; nil: there is none.
    var foreignType: UInt8?
    /// The first block whose results later ones commit to, as Avalanche's do; nil: each commits to its own.
    var settledSince: UInt64?

    func chainFile(genesis: Header) -> String {
        guard settledSince == nil else { return settlingFile(genesis) }
        return """
            id: scripted-evm
            family: evm
            network: {chain_id: \(Self.chainID), genesis: "\(genesis.hash)"}
            block_interval: 1s
            reorg_window: 64
            finality: {tag: finalized}
            policy: [{depth: 3}]
            assets:
              - {id: ETH, native: true, decimals: 18}
              - {id: TOK, contract: "0x\(Self.token.hexDigits)", decimals: 6}
            proof: full
            """
    }

    private func settlingFile(_ genesis: Header) -> String {
        """
        id: scripted-settling
        family: evm
        network: {chain_id: \(Self.chainID), genesis: "\(genesis.hash)"}
        block_interval: 1s
        reorg_window: 64
        finality: instant
        policy: [{depth: 1}]
        assets:
          - {id: ETH, native: true, decimals: 18}
          - {id: TOK, contract: "0x\(Self.token.hexDigits)", decimals: 6}
        proof: full
        options: {header: avalanche, settled: true}
        """
    }

    func chain(_ file: String) throws -> any Chain {
        try EVM(ChainSpec(file, file: "scripted-evm.yaml"))
    }

    var genesis: any MadeBlock {
        EthereumBlock(
            height: 0, parent: [UInt8](repeating: 0, count: 32), transactions: [],
            settling: settledSince.map { ($0, nil) })
    }

    func mine(_ payments: [TestChain.Payment], on parent: any MadeBlock, salt: UInt64) -> any MadeBlock {
        let below = parent.summary
        return EthereumBlock(
            height: below.height.rawValue + 1, parent: PlainRLP.hex(below.hash.text).string,
            transactions: payments.map(transaction) + foreign(besides: payments, salt),
            failing: Set(payments.indices.filter { !payments[$0].succeeds }),
            extraData: PlainRLP.number(salt).string,
            settling: settledSince.map { ($0, parent as? EthereumBlock) })
    }

    func transaction(of payment: TestChain.Payment) -> String {
        "0x" + transaction(payment).hash.hexDigits
    }

    private func transaction(_ payment: TestChain.Payment) -> EthereumTransaction {
        var random = SeededRandom(naming: payment.name)
        guard payment.asset == AssetID("TOK") else {
            return EthereumTransaction(
                to: payment.to.key, value: payment.amount, input: [], logs: [], chainID: Self.chainID,
                &random)
        }
        let log = EthereumTransaction.transfer(
            of: Self.token, to: payment.to.key, amount: payment.amount, &random)
        let input = [0xa9, 0x05, 0x9c, 0xbb] + EthereumTransaction.word(payment.to.key) + log.data
        return EthereumTransaction(
            to: Self.token, value: 0, input: input, logs: [log], chainID: Self.chainID, &random)
    }

    /// Moves nothing, and belongs to nobody.
    private func foreign(besides payments: [TestChain.Payment], _ salt: UInt64) -> [EthereumTransaction] {
        guard let foreignType, !payments.isEmpty else { return [] }
        var random = SeededRandom(naming: "foreign \(salt)")
        let to = [UInt8](repeating: 0x42, count: 20)
        return [
            EthereumTransaction(
                to: to, value: 0, input: [1], logs: [], chainID: Self.chainID, type: foreignType, &random)
        ]
    }

    func address(_ number: Int, on chain: any Chain) -> String {
        "0x" + plainKeccak(Array("address \(number)".utf8)).prefix(20).hexDigits
    }

    func answer(_ method: String, _ parameters: [JSON], in view: NodeView) -> NodeAnswer {
        switch method {
        case "eth_chainId": .text(Self.chainID.hexQuantity)
        case "net_version": .text("\(Self.chainID)")
        case "web3_clientVersion": .text("DepositTestKit")
        case "eth_syncing": .result("false")
        case "eth_blockNumber": .text(view.tip.summary.height.rawValue.hexQuantity)
        case "eth_getBlockByNumber", "eth_getBlockByHash":
            block(parameters.first, in: view).map {
                .result(parameters.last?.bool == true ? $0.full : $0.header)
            } ?? .null
        case "eth_getBlockReceipts":
            block(parameters.first, in: view).map { .result($0.allReceipts) } ?? .null
        case "eth_getTransactionReceipt": receipt(parameters.first?.string, in: view) ?? .null
        case "eth_getLogs": logs(parameters.first, in: view)
        case "debug_traceBlockByHash":
            block(parameters.first, in: view).map { .result($0.callTraces) }
                ?? .error(code: -32_000, message: "block not found")
        case "eth_getRawTransactionByHash", "debug_getRawTransaction":
            raw(parameters.first?.string, in: view)
        case "eth_call": call(parameters.first, at: parameters.last, in: view)
        default: .noSuchMethod
        }
    }

    /// The block with a hash, a number or a tag.
    func block(_ place: JSON?, in view: NodeView) -> EthereumBlock? {
        guard let text = place?.string else { return nil }
        if text.utf8.count == 66 { return view.block(text, as: EthereumBlock.self) }
        let found =
            switch text {
            case "latest", "pending": view.tip
            case "earliest": view.best[0]
            case "finalized", "safe": view.finalized.flatMap { view.block(at: $0.rawValue) }
            default: UInt64(text.dropFirst(2), radix: 16).flatMap { view.block(at: $0) }
            }
        return view.shown(found, as: EthereumBlock.self)
    }

    private func receipt(_ hash: String?, in view: NodeView) -> NodeAnswer? {
        for block in view.best.reversed() {
            guard let block = view.shown(block, as: EthereumBlock.self) else { continue }
            if let receipt = block.receipts.first(where: { "0x" + $0.transaction.hash.hexDigits == hash }) {
                return .result(block.receipt(receipt))
            }
        }
        return nil
    }

    /// By block hash alone, as depositwatch asks: this node is no index of logs.
    private func logs(_ filter: JSON?, in view: NodeView) -> NodeAnswer {
        guard let hash = filter?.member("blockHash") else {
            return .error(code: -32_602, message: "this scripted node finds logs by blockHash alone")
        }
        guard let block = block(hash, in: view) else {
            return .error(code: -32_000, message: "unknown block")
        }
        return .result(block.logs)
    }
}

extension EthereumBlock: MadeBlock {
    package var summary: Header {
        Header(
            block: BlockRef(
                height: Height(height) ?? 0, hash: BlockHash("0x" + hash.hexDigits),
                time: Timestamp(seconds: Int64(time))),
            parent: BlockHash("0x" + parent.hexDigits))
    }

    package func told(_ lie: NodeFault) -> EthereumBlock {
        var block = self
        switch lie {
        case .droppedReceipt: _ = block.receipts.popLast()
        case .droppedTransaction:
            _ = block.transactions.popLast()
            _ = block.receipts.popLast()
        case .changedAmount:
            for index in block.transactions.indices { block.transactions[index].value += 1 }
            for index in block.receipts.indices {
                for log in block.receipts[index].logs.indices {
                    block.receipts[index].logs[log].data[31] ^= 1
                }
            }
        case .droppedLog:
            for index in block.receipts.indices { _ = block.receipts[index].logs.popLast() }
        case .flippedStatus:
            for index in block.receipts.indices { block.receipts[index].succeeds.toggle() }
        default: break
        }
        return block
    }
}
