import ArgumentParser
import BitcoinChain
import ChainKit
import EVMChain

/// What can be measured.
enum Benchmark: String, CaseIterable, ExpressibleByArgument {
    case ethScan = "eth-scan"
    case ethReceipts = "eth-receipts"
    case ethProof = "eth-proof"
    case btcScan = "btc-scan"
    case callbacks
    case latency
    case latencyLogs = "latency-logs"
    case agree

    enum Kind {
        /// From a node to the store.
        case scan(ScanBenchmark)
        /// From the store to a receiver.
        case drain
        /// Both, block by block.
        case way(ScanBenchmark)
        /// From one, two and three nodes to the store.
        case agree(ScanBenchmark)
    }

    var kind: Kind {
        switch self {
        case .ethScan: .scan(.ethScan)
        case .ethReceipts: .scan(.ethReceipts)
        case .ethProof: .scan(.ethProof)
        case .btcScan: .scan(.btcScan)
        case .callbacks: .drain
        case .latency: .way(.ethProof)
        case .latencyLogs: .way(.ethScan)
        case .agree: .agree(.ethProof)
        }
    }

    /// How many blocks, or events, where nothing else is asked for.
    var usualCount: Int {
        switch kind {
        case .scan(let scan), .agree(let scan): scan.usualBlocks
        case .drain: 100_000
        case .way: 300
        }
    }

    /// What there is a number of.
    var unit: String {
        if case .drain = kind { "event" } else { "block" }
    }

    /// The yardstick's script, and its first arguments.
    var yardstick: (script: String, words: [String]) {
        switch kind {
        case .scan(let scan), .agree(let scan): (Yardstick.scan, [scan.yardstick])
        case .drain: (Yardstick.drain, [BenchReceiver.secret])
        case .way(let scan): (Yardstick.way, [scan.yardstick, BenchReceiver.secret])
        }
    }
}

/// Scans of blocks that are made up, the same for everyone, and served from memory over loopback HTTP.
enum ScanBenchmark: String {
    case ethScan = "eth-scan"
    case ethReceipts = "eth-receipts"
    case ethProof = "eth-proof"
    case btcScan = "btc-scan"

    private static let seed: UInt64 = 0x6465_706f_7369_7477

    /// Bitcoin's blocks take fourteen megabytes each in the scripted node's memory, in both forms that are asked for.
    var usualBlocks: Int {
        switch self {
        case .ethScan, .ethReceipts, .ethProof: 500
        case .btcScan: 60
        }
    }

    /// What the yardstick asks for: the second call of each Ethereum block, or Bitcoin's calls.
    var yardstick: String {
        switch self {
        case .ethScan: "eth_getLogs"
        case .ethReceipts, .ethProof: "eth_getBlockReceipts"
        case .btcScan: "bitcoin"
        }
    }

    func chain() throws -> any Chain {
        switch self {
        case .ethScan, .ethReceipts, .ethProof: try EVM(ChainSpec(chainFile, file: "bench"))
        case .btcScan: try bitcoin()
        }
    }

    func script(blocks: Int) throws -> BenchChain {
        switch self {
        case .ethScan: EthereumBlocks.script(blocks, hasReceipts: false, seed: Self.seed)
        case .ethReceipts, .ethProof: EthereumBlocks.script(blocks, hasReceipts: true, seed: Self.seed)
        case .btcScan: BitcoinBlocks.script(blocks, chain: try bitcoin(), seed: Self.seed)
        }
    }

    private func bitcoin() throws -> Bitcoin {
        try Bitcoin(ChainSpec(chainFile, file: "bench"))
    }

    /// Deposits are found and stored, and none is confirmed within the scan: that is another benchmark's matter.
    private var chainFile: String {
        switch self {
        case .ethScan: Self.ethereum(proof: "count")
        case .ethReceipts: Self.ethereum(proof: "bloom")
        case .ethProof: Self.ethereum(proof: "full")
        case .btcScan: Self.bitcoin
        }
    }

    private static func ethereum(proof: String) -> String {
        """
        id: bench
        family: evm
        network: {chain_id: 1, genesis: "0x\(String(repeating: "0", count: 64))"}
        block_interval: 12s
        reorg_window: 5000
        finality: {depth: 10000}
        policy:
          - {depth: 5000}
        assets:
          - {id: ETH, native: true, decimals: 18}
          - {id: USDT, contract: "\(EthereumBlocks.contracts[0])", decimals: 6}
          - {id: USDC, contract: "\(EthereumBlocks.contracts[1])", decimals: 6}
        proof: \(proof)
        """
    }

    private static let bitcoin = """
        id: bench
        family: bitcoin
        network: {chain: main, genesis: "\(String(repeating: "0", count: 64))", work: bitcoin-regtest}
        block_interval: 10m
        reorg_window: 5000
        finality: {depth: 10000}
        policy:
          - {depth: 5000}
        assets:
          - {id: BTC, native: true, decimals: 8}
        proof: full
        options: {p2pkh: 0, p2sh: 5, bech32: bc}
        """
}
