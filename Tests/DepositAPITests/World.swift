import ChainKit
import DepositCore
import DepositStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Synchronization

@testable import DepositAPI

/// An API over a store in memory, and chains whose blocks a test makes up.
final class World: Sendable {
    let store: Store
    let chains: [ChainID: any Chain]
    let watch = LentWatch()
    let callbacks = LentCallbacks()
    let metrics = MetricsRegistry()
    let server: APIServer
    let log = LogLines()
    let ports: AsyncStream<Int>
    private let observation: EventObservation

    static let now = Timestamp(seconds: 1_795_228_507)
    static let tokens = [
        Scope.read: "read-0123456789abcdef", .write: "write-0123456789abcdef",
        .admin: "admin-0123456789abcdef",
    ]

    init(
        chains names: [String] = ["alpha", "beta"], tokens: AccessTokens? = nil,
        limits: APILimits = APILimits()
    ) async throws {
        store = try Store(at: .memory)
        var chains: [ChainID: any Chain] = [:]
        for name in names { chains[ChainID(name)] = try TestChain(named: name) }
        self.chains = chains
        for chain in chains.keys.sorted() {
            _ = try await store.openChain(chain, window: 10)
            try await store.setStart(chain, from: 1)
            watch.set(chain, to: .following)
        }
        try await store.register(callbacks: [CallbackSubscription(name: "ledger")])
        let lines = Self.tokens.map { "\($0.key.rawValue):\($0.value)" }.joined(separator: "\n")
        let log = log
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        self.ports = ports
        server = APIServer(
            store: store, chains: chains, watch: watch,
            tokens: try tokens ?? AccessTokens(parsing: lines, file: "tokens"),
            listen: .port(host: "127.0.0.1", 0), limits: limits,
            callbacks: callbacks,
            metrics: metrics,
            logger: Logger(label: "test") { _ in log }, now: { World.now },
            onListening: { if let number = $0 { port.yield(number) } })
        let bell = server.bell
        observation = store.onNewEvents(stored: { _ in bell.ring() })
    }

    /// Connects a block to a chain's tip with these deposits in it, and settles it as the daemon would.
    @discardableResult
    func mine(
        _ height: Height, on chain: ChainID = ChainID("alpha"), _ transfers: [Transfer] = [],
        label: String? = "customer"
    ) async throws -> Change {
        let header = Header(block: Self.block(height), parent: Self.block(height - 1).hash)
        let view = ChainView(tip: header.block, finalized: height > 6 ? Self.block(height - 6) : nil)
        guard let rules = chains[chain]?.spec.rules else { preconditionFailure("no chain \(chain)") }
        let known = try await store.due(under: view, on: chain)
        let change = Settlement.settle(
            transfers.map { Incoming($0, on: chain, label: label) }, in: header.block, move: .connect(header),
            known: known,
            rules: rules, view: view, now: Self.now)
        try await store.commit(change, scannedWith: nil, now: Self.now)
        watch.state.withLock { state in
            state.statuses[chain]?.scanned = header.block
            state.statuses[chain]?.head = height
        }
        return change
    }

    static func block(_ height: Height) -> BlockRef {
        BlockRef(
            height: height, hash: BlockHash("block-\(height)"),
            time: Timestamp(seconds: 1_795_228_000 + Int64(height.rawValue)))
    }

    static func transfer(
        _ transaction: String, to address: String = "a-one", amount: UInt64 = 250_000_000,
        asset: AssetID = AssetID("COIN")
    ) -> Transfer {
        Transfer(
            transaction: TransactionID(transaction), position: Position("output:0"), asset: asset,
            amount: Amount(amount),
            to: Address(key: Array(address.utf8), text: address), from: ["a-sender"])
    }

    func call(
        _ method: HTTPRequest.Method, _ uri: String, as scope: Scope? = .admin, token: String? = nil,
        body: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token = token ?? scope.flatMap({ Self.tokens[$0] }) {
            headers[.authorization] = "Bearer \(token)"
        }
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: "localhost", path: uri, headerFields: headers),
            body: RequestBody(buffer: ByteBuffer(string: body ?? "")))
        let context = CallContext(logger: Logger(label: "test") { [log] _ in log })
        let response = try await server.application.responder.respond(to: request, context: context)
        let written = Written()
        try await response.body.write(written)
        return Answer(status: response.status.code, headers: response.headers, text: written.text)
    }
}

/// Takes a response's body as the server's socket would.
private final class Written: ResponseBodyWriter, Sendable {
    private let buffer = Mutex(ByteBuffer())

    var text: String { buffer.withLock { String(buffer: $0) } }

    func write(_ part: ByteBuffer) async throws {
        buffer.withLock { _ = $0.writeImmutableBuffer(part) }
    }

    func finish(_ trailers: HTTPFields?) async throws {}
}

struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:]
    }

    var items: [[String: Any]] { json["items"] as? [[String: Any]] ?? [] }
    var next: String? { json["next"] as? String }
    var detail: String { json["detail"] as? String ?? "" }
    /// The last part of a problem's type.
    var problem: String {
        (json["type"] as? String).flatMap { $0.split(separator: "#").last.map(String.init) } ?? ""
    }
}
