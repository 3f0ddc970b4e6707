/// What can be wrong with a node, as providers, proxies and load balancers have shown it.
public enum NodeFault: Hashable, Sendable {
    // What it sees.
    /// It is this many blocks behind.
    case lags(blocks: Int)
    /// It follows another branch.
    case otherFork(branch: String)
    /// A load balancer: every other request is answered from the other branch.
    case flips(branch: String)

    // What it says of a call.
    /// `null` in place of a result.
    case nullAnswer
    /// `[]` in place of a result.
    case emptyList
    /// A result nested a hundred thousand levels deep.
    case deepJSON
    /// This result, as JSON, in place of the true one.
    case answers(String)
    /// This JSON-RPC error in place of a result.
    case refuses(code: Int, message: String)

    // What it says of a block, against the block's own hash.
    /// The last receipt is missing.
    case droppedReceipt
    /// The last transaction is missing, with its receipt.
    case droppedTransaction
    /// A little more was paid than was.
    case changedAmount
    /// What failed succeeded, and the other way round.
    case flippedStatus
    /// The last log of each receipt is missing.
    case droppedLog

    // How it puts its answers together.
    /// The answers of a batch in another order than the calls, which JSON-RPC allows.
    case shuffledBatch
    /// The last call of a batch is not answered.
    case shortBatch
    /// HTTP 200 with an error that belongs to no call.
    case errorBody
    /// A batch of more calls than this is refused as a whole, in these words.
    case batchLimit(calls: Int, message: String)
    /// The body ends in the middle.
    case truncated
    /// A body that is no JSON.
    case garbage
    /// A body beyond every limit.
    case huge

    // How it treats a request.
    case wrongStatus(Int)
    /// HTTP 429, with `Retry-After` where seconds are given.
    case rateLimited(retryAfter: Int?)
    case serverError(Int)
    /// It answers after this many milliseconds.
    case slow(milliseconds: Int)
    /// The connection breaks without an answer.
    case unreachable

    /// Whether it changes what the node sees or says of its chain, and not only how it answers.
    var bendsChain: Bool {
        switch self {
        case .lags, .otherFork, .flips, .droppedReceipt, .droppedTransaction, .changedAmount,
            .flippedStatus, .droppedLog:
            true
        case .nullAnswer, .emptyList, .deepJSON, .answers, .refuses, .shuffledBatch, .shortBatch, .errorBody,
            .batchLimit, .truncated, .garbage, .huge, .wrongStatus, .rateLimited, .serverError, .slow,
            .unreachable:
            false
        }
    }
}
