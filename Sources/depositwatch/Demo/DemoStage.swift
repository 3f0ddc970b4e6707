import CallbackNotifier
import DepositCore
import DepositTestKit
import Foundation
import NodeRPC
import ServiceLifecycle

/// The demo's nodes, receiver, configuration and daemon.
struct DemoStage {
    private let folder: PrivateFolder
    private let scenes: [DemoScene]
    private let receiver: RecordingReceiver
    private let port: Int
    private let once: Bool
    private let every: Int
    private let secret: String
    private let token: String
    private let receiverPort = Box<Int>()

    /// The fixtures that are played: `FAMILY/CHAIN/NAME`.
    private static let fixtures = ["bitcoin/litecoin-regtest/demo", "evm/dev-evm/demo"]

    static func set(every: Int, port: Int, once: Bool) async throws -> DemoStage {
        let root = try Installation.fixtures
        let scenes = try fixtures.map { try DemoScene("\(root)/\($0)") }
        return try DemoStage(
            folder: PrivateFolder(named: "depositwatch-demo"), scenes: scenes, port: port, once: once,
            every: every)
    }

    private init(folder: PrivateFolder, scenes: [DemoScene], port: Int, once: Bool, every: Int) throws {
        self.folder = folder
        self.scenes = scenes
        self.port = port
        self.once = once
        self.every = every
        secret = "whsec_" + Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
        token = (0..<32).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined()
        receiver = RecordingReceiver(
            secrets: [try Secret(secret)],
            answer: { received in
                say(DemoWords.callback(received))
                return 204
            }, listening: { [receiverPort] port in receiverPort.set(port) })
    }

    func clear() {
        folder.remove()
    }

    func play() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await receiver.run() }
            for scene in scenes { group.addTask { try await scene.serve() } }
            let configuration = try await writeConfiguration()
            let apiPort = Box<Int>()
            let daemon = Daemon(configuration: configuration, listening: { apiPort.set($0 ?? 0) })
            group.addTask { try await perform(await apiPort.value) }
            // Only the daemon ends by itself: by a signal, which with --once the performance sends.
            try await daemon.run()
            group.cancelAll()
        }
    }

    /// A configuration like any operator's, so that the demo goes the way that everybody goes.
    private func writeConfiguration() async throws -> Configuration {
        try folder.write("admin:\(token)\n", to: "api-tokens")
        try folder.write("\(secret)\n", to: "callback-secret")
        var lines = ["store: sqlite:\(folder.path)/deposits.db", "chains:"]
        for scene in scenes {
            lines += [
                "  \(scene.chain):", "    nodes: [\"http://127.0.0.1:\(await scene.port.value)\"]",
                "    from: \(scene.from)",
            ]
        }
        lines += [
            "callbacks:", "  ledger:", "    url: http://127.0.0.1:\(await receiverPort.value)/hooks/deposits",
            "    secret: {file: \(folder.path)/callback-secret}", "api:", "  listen: 127.0.0.1:\(port)",
            "  tokens: {file: \(folder.path)/api-tokens}",
        ]
        try folder.write(lines.joined(separator: "\n") + "\n", to: "depositwatch.yaml")
        return try Configuration(at: "\(folder.path)/depositwatch.yaml", families: families)
    }

    private func perform(_ apiPort: Int) async throws {
        let client = APIClient(base: "http://127.0.0.1:\(apiPort)", token: token)
        complain(DemoWords.welcome(port: apiPort, token: token, folder: folder.path))
        for scene in scenes { try await scene.issue(client) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for scene in scenes { group.addTask { try await scene.advance(every: every) } }
            group.addTask { try await count(client) }
            for _ in scenes { try await group.next() }
            try await Task.sleep(for: .seconds(max(3, every * 2)))
            group.cancelAll()
        }
        complain(DemoWords.farewell(receiver))
        guard !once else {
            kill(getpid(), SIGTERM)
            return
        }
        complain("The console stays open at http://127.0.0.1:\(apiPort)/ until Ctrl-C.")
    }

    /// Says how deposits count up towards their confirmation.
    private func count(_ client: APIClient) async throws {
        var told: [String: String] = [:]
        while !Task.isCancelled {
            let deposits = try await client.list("/v1/deposits", query: [("status", "detected")], atMost: 100)
            for deposit in deposits {
                guard let id = deposit["id"].string, let line = DemoWords.counting(deposit), told[id] != line
                else {
                    continue
                }
                told[id] = line
                say(line)
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
