import CallbackNotifier
import DepositCore
import DepositTestKit
import Synchronization

/// A receiver that takes all it is sent, and is asked afterwards by which secrets it holds.
final class Letterbox: Sendable {
    private let requests: Requests
    private let server: SocketServer

    private final class Requests: Sendable {
        let all = Mutex<[SocketConnection.Request]>([])
    }

    init() {
        let requests = Requests()
        self.requests = requests
        server = SocketServer { connection in
            while let request = connection.request() {
                requests.all.withLock { $0.append(request) }
                connection.write(SocketServer.answer("", status: "204 No Content"))
            }
        }
    }

    deinit { server.stop() }

    var url: String { server.url + "/hooks" }
    var port: UInt16 { server.port }
    var received: [SocketConnection.Request] { requests.all.withLock { $0 } }
    var connections: Int { server.connections }

    /// Which of these secrets verify what was received last.
    func verifying(_ secrets: [Secret], now: Timestamp) -> [Bool] {
        guard let last = received.last else { return [] }
        return secrets.map { secret in
            do throws(SignatureError) {
                try Signature.verify(
                    id: last.headers["webhook-id"] ?? "", timestamp: last.headers["webhook-timestamp"] ?? "",
                    signature: last.headers["webhook-signature"] ?? "", body: Array(last.body.utf8),
                    secrets: [secret], now: now)
                return true
            } catch { return false }
        }
    }
}
