import DepositTestKit
import Foundation
import NodeRPC

/// A litecoind of its own on the loopback interface, with a chain that is mined at will; ended when it
/// is let go.
final class Litecoind {
    static let path =
        ProcessInfo.processInfo.environment["DEPOSITWATCH_LITECOIND"] ?? "/usr/lib/litecoin/litecoind"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    let endpoint: NodeEndpoint
    private let node: Node
    /// Nobody else is given it while the node starts.
    private let port = ReservedPort()
    private let process = Process()
    private let folder = FileManager.default.temporaryDirectory.appending(
        path: "litecoind-\(UUID().uuidString)")

    /// Comes back once the node answers and has a wallet.
    init() async throws {
        endpoint = try NodeEndpoint("http://u:p@127.0.0.1:\(port.number)")
        node = Node(endpoint)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = URL(filePath: Self.path)
        process.arguments = [
            "-regtest", "-datadir=\(folder.path())", "-server=1", "-listen=0", "-dnsseed=0",
            "-rpcbind=127.0.0.1",
            "-rpcallowip=127.0.0.1", "-rpcport=\(port.number)", "-rpcuser=u", "-rpcpassword=p", "-rest=1",
            "-fallbackfee=0.0002", "-printtoconsole=0",
        ]
        process.standardOutput = FileHandle.nullDevice
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        try await becomeReady(complaints)
        try await text("createwallet", #"["w"]"#)
    }

    /// However long that takes on a busy machine: only an end of the process, or of the test's time, is a failure.
    private func becomeReady(_ complaints: Pipe) async throws {
        while (try? await text("uptime")) == nil {
            guard process.isRunning else {
                let words = String(decoding: complaints.fileHandleForReading.availableData, as: UTF8.self)
                throw NodeError(
                    node: endpoint.name,
                    fault: .unreachable("litecoind ended with \(process.terminationStatus): \(words)"))
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    deinit {
        // Not SIGTERM: a child of a Swift task's thread starts with signals blocked. Its data are
        // thrown away anyway.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    /// A call's result as JSON text; the text itself where it is a string.
    @discardableResult
    func text(_ method: String, _ parameters: String = "[]") async throws -> String {
        try await node.call([RPCCall(method, parameters)]) { replies throws(NodeError) in
            let json = try replies.result(0)
            return json.string ?? json.text
        }
    }

    /// A few at a time: a node that says nothing for ten seconds counts as dead, and this one may get little of a core.
    func mine(_ count: Int, to address: String) async throws {
        for start in stride(from: 0, to: count, by: 10) {
            try await text("generatetoaddress", "[\(min(10, count - start)),\"\(address)\"]")
        }
    }

    /// Takes the wallet's transparent outputs out of play, or puts them back, so that the next payment
    /// spends MWEB coins.
    func lockTransparentOutputs(_ lock: Bool) async throws {
        guard lock else { return _ = try await text("lockunspent", "[true]") }
        let outputs = try await node.call([RPCCall("listunspent", "[0]")]) { replies throws(NodeError) in
            try replies.result(0).elements.compactMap { output -> String? in
                guard let id = output.member("txid")?.string, let index = output.member("vout")?.unsigned
                else { return nil }
                return #"{"txid":"\#(id)","vout":\#(index)}"#
            }
        }
        try await text("lockunspent", "[false,[\(outputs.joined(separator: ","))]]")
    }
}

/// The way to a node that has no REST.
struct WithoutREST: Wire {
    let wire: any Wire

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        if case .get = request { return HTTPResponse(status: 404, body: ResponseBody([])) }
        return try await wire.exchange(request)
    }
}
