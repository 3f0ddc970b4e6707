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

    /// Nil where it is no scan of a chain.
    var scan: ScanBenchmark? { ScanBenchmark(rawValue: rawValue) }

    /// How many blocks, or events, where nothing else is asked for.
    var usualCount: Int { scan?.usualBlocks ?? 100_000 }

    /// What is counted, and what of the time: a scan's processor time, for it has a core of its own and a node to wait
    /// for; of a drain the time on the clock, for two sides share the work.
    var unit: (name: String, time: String) {
        scan == nil ? (name: "event", time: "ms") : (name: "block", time: "CPU ms")
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
        network: {chain: main, genesis: "\(String(repeating: "0", count: 64))"}
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
