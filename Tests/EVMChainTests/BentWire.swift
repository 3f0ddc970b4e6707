import DepositTestKit
import Foundation
import NodeRPC

/// A scripted node of whose answers some are bent on their way.
struct BentWire: Wire {
    private let node: ScriptedNode
    private let isNull: @Sendable (String) -> Bool
    private let bend: @Sendable (String) -> String

    /// - Parameters:
    ///   - isNull: whether a call, as JSON text, is answered by `null`.
    ///   - bending: what becomes of a whole reply.
    init(
        _ node: ScriptedNode, null isNull: @escaping @Sendable (String) -> Bool,
        bending bend: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.node = node
        self.isNull = isNull
        self.bend = bend
    }

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        let response = try await node.exchange(request)
        guard case .post(let bytes) = request else { return response }
        let calls = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [[String: Any]] ?? []
        let nulls = Set(calls.filter { isNull(text($0)) }.compactMap { $0["id"] as? Int })
        var body = withExtendedLifetime(response.body) {
            String(decoding: response.body.bytes, as: UTF8.self)
        }
        if !nulls.isEmpty,
            var replies = (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [[String: Any]]
        {
            for index in replies.indices where nulls.contains(replies[index]["id"] as? Int ?? -1) {
                replies[index]["result"] = NSNull()
            }
            body = text(replies)
        }
        return HTTPResponse(status: response.status, body: ResponseBody(Array(bend(body).utf8)))
    }
}
