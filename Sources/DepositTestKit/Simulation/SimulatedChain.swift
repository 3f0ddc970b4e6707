internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// A simulated network as a family of its own, so that everything above a family is the real thing.
struct SimulatedChain: Chain {
    static let family = "simulated"

    let spec: ChainSpec
    private let network: SharedNetwork
    private let process: SimulatedProcess

    init(_ spec: ChainSpec) throws(ConfigError) {
        let network = SharedNetwork(SimulatedNetwork(seed: 0, nodes: 1))
        self.init(spec: spec, network, process: SimulatedProcess(SimulatedTime()))
    }

    init(spec: ChainSpec, _ network: SharedNetwork, process: SimulatedProcess) {
        self.spec = spec
        self.network = network
        self.process = process
    }

    func address(_ text: String) throws(AddressError) -> Address {
        Address(key: Array(text.utf8), text: text)
    }

    func adapter(on node: Node) -> any ChainAdapter {
        SimulatedAdapter(network: network, process: process, name: node.name, index: Int(node.name) ?? 0)
    }
}

private struct SimulatedAdapter: ChainAdapter {
    let network: SharedNetwork
    let process: SimulatedProcess
    let name: String
    let index: Int

    func verifyIdentity() async throws(NodeError) {
        try await ask(0, 0) { network throws(NodeError) in try network.identity(index) }
    }

    func head() async throws(NodeError) -> Head {
        try await ask(1, 0) { network throws(NodeError) in try network.head(index) }
    }

    func headers(at heights: ClosedRange<Height>) async throws(NodeError) -> [Header] {
        try await ask(2, heights.lowerBound.rawValue) { network throws(NodeError) in
            try network.headers(index, heights)
        }
    }

    func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block] {
        guard let first = headers.first else { return [] }
        await process.askForBodies(above: first.parent)
        var blocks: [Block] = []
        for header in headers {
            let payments = try await ask(3, header.height.rawValue) { network throws(NodeError) in
                try network.payments(index, in: header)
            }
            let transfers = payments.map(\.transfer).filter { watching.mayContain($0.to.key) }
            guard let block = Block(header: header, transfers: transfers) else {
                throw NodeError(node: name, fault: .unproven("two transfers in one place"))
            }
            blocks.append(block)
        }
        return blocks
    }

    private func ask<Value: Sendable>(
        _ kind: UInt64, _ about: UInt64, _ body: (inout SimulatedNetwork) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        await process.call(SeededRandom.hash(UInt64(index), kind, about))
        if process.isDead { throw NodeError(node: name, fault: .cancelled) }
        return try network.with(body)
    }
}
