/// What a scripted node sends back, before anything carries it.
struct NodeReply: Sendable {
    var status = 200
    var contentType = "application/json"
    var retryAfter: Int?
    var body: [UInt8] = []
    /// Milliseconds before it is sent.
    var delay = 0
    /// The body is followed by spaces until it has this many bytes.
    var paddedTo = 0
    /// Nothing is sent: the connection breaks.
    var isBroken = false

    /// The reply after whatever happens to it on its way out of the node.
    func bent(by faults: [NodeFault]) -> NodeReply {
        faults.reduce(self) { $0.bent(by: $1) }
    }

    private func bent(by fault: NodeFault) -> NodeReply {
        var reply = self
        switch fault {
        case .errorBody:
            reply.status = 200
            reply.body = Array(
                #"{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"upstream connect error"}}"#
                    .utf8)
        case .truncated: reply.body.removeLast(reply.body.count / 2)
        case .garbage: reply.body = [0x1f, 0x8b, 0, 0xff] + Array("<html>no JSON".utf8)
        case .huge: reply.paddedTo = 80 << 20
        case .wrongStatus(let status), .serverError(let status):
            reply.status = status
            reply.body = Array("the backend is not there".utf8)
        case .rateLimited(let seconds):
            reply.status = 429
            reply.body = Array("too many requests".utf8)
            reply.retryAfter = seconds
        case .slow(let milliseconds): reply.delay = milliseconds
        case .unreachable: reply.isBroken = true
        case .lags, .otherFork, .flips, .nullAnswer, .emptyList, .deepJSON, .answers, .refuses,
            .droppedReceipt, .droppedTransaction, .changedAmount, .flippedStatus, .droppedLog,
            .shuffledBatch, .shortBatch,
            .batchLimit:
            break
        }
        return reply
    }
}
