internal import ChainKit
internal import DepositCore
internal import NodeRPC

/// A network with liars as a family of its own, so that everything above a family is the real thing.
struct HostileChain: Chain {
    static let family = "simulated"

    let spec: ChainSpec
    private let rules: HostileRules
    private let share: HostileShare
    private let process: SimulatedProcess

    init(_ spec: ChainSpec) throws(ConfigError) {
        var random = SeededRandom(seed: 0)
        let rules = HostileRules(&random)
        let network = HostileShare(HostileNetwork(seed: 0, rules, start: SimulatedTime().now.seconds))
        self.init(spec, rules, network, SimulatedProcess(SimulatedTime()))
    }

    init(_ spec: ChainSpec, _ rules: HostileRules, _ share: HostileShare, _ process: SimulatedProcess) {
        self.spec = spec
        self.rules = rules
        self.share = share
        self.process = process
    }

    func address(_ text: String) throws(AddressError) -> Address {
        Address(key: Array(text.utf8), text: text)
    }

    func adapter(on node: Node) -> any ChainAdapter {
        let adapter = HostileAdapter(
            share: share, process: process, name: node.name, place: Int(node.name) ?? 0,
            isProven: rules.isProven)
        return rules.kind == .worked ? WorkedAdapter(plain: adapter) : adapter
    }
}

private struct HostileAdapter: ChainAdapter {
    let share: HostileShare
    let process: SimulatedProcess
    let name: String
    let place: Int
    let isProven: Bool

    func verifyIdentity() async throws(NodeError) {
        try await ask(0, 0) { network throws(NodeError) in try network.identity(place) }
    }

    func head() async throws(NodeError) -> Head {
        try await ask(1, 0) { network throws(NodeError) in try network.head(place) }
    }

    func headers(at heights: ClosedRange<Height>) async throws(NodeError) -> [Header] {
        try await ask(2, heights.lowerBound.rawValue) { network throws(NodeError) in
            try network.headers(place, heights)
        }
    }

    func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block] {
        var blocks: [Block] = []
        for header in headers {
            let payments = try await ask(3, header.height.rawValue) { network throws(NodeError) in
                try network.payments(place, in: header)
            }
            let transfers = payments.map(\.transfer).filter { watching.mayContain($0.to.key) }
            guard let block = Block(header: header, transfers: transfers, isProven: isProven) else {
                throw NodeError(node: name, fault: .unproven("two transfers in one place"))
            }
            blocks.append(block)
        }
        return blocks
    }

    func ask<Value: Sendable>(
        _ kind: UInt64, _ about: UInt64, _ body: (inout HostileNetwork) throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        await process.call(SeededRandom.hash(UInt64(place), kind, about))
        if process.isDead { throw NodeError(node: name, fault: .cancelled) }
        return try share.with(body)
    }
}

/// Where branches weigh by their work.
private struct WorkedAdapter: Weighing {
    let plain: HostileAdapter

    func verifyIdentity() async throws(NodeError) { try await plain.verifyIdentity() }
    func head() async throws(NodeError) -> Head { try await plain.head() }

    func headers(at heights: ClosedRange<Height>) async throws(NodeError) -> [Header] {
        try await plain.headers(at: heights)
    }

    func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block] {
        try await plain.blocks(headers, watching: watching)
    }

    func outweighs(_ ours: [Header], above fork: Header) async throws(NodeError) -> Bool {
        try await plain.ask(4, fork.height.rawValue) { network throws(NodeError) in
            try network.outweighs(plain.place, ours.count, above: fork)
        }
    }
}

extension ShownPayment {
    fileprivate var transfer: Transfer {
        Transfer(
            transaction: TransactionID(payment.identity.transaction),
            position: Position("output:\(payment.identity.output)"), asset: payment.asset,
            amount: Amount(payment.amount), to: SimulatedPayment.address(payment.to), from: [sender])
    }
}
