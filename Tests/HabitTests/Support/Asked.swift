import DepositTestKit

/// One call of a request, as a node reads it.
struct Asked: Sendable {
    let method: String
    let parameters: [JSONTree]
    /// As JSON.
    let id: String
    /// How often this node has been asked the very same before.
    let past: Int
    /// Which request of this node it came in, from 1 on.
    let request: Int

    /// Whether something that happens once in so many requests happens in this one, without a rhythm that a repetition
    /// could fall in with.
    func isOne(in count: UInt64) -> Bool {
        var random = SeededRandom(seed: UInt64(request))
        return random.next() % count == 0
    }

    /// The first parameter, where it is a string: a hash, a number or a tag.
    var place: String { parameters.first?.string ?? "" }

    func isIn(_ methods: String...) -> Bool { methods.contains(method) }

    /// A block, by its hash or its number, whole or its header alone.
    var isOfBlock: Bool { isIn("eth_getBlockByHash", "eth_getBlockByNumber", "getblock", "getblockheader") }
    var isOfReceipts: Bool { method == "eth_getBlockReceipts" }
}

/// What a node says to one call.
enum Said: Sendable {
    case result(JSONTree)
    case error(Int, String, data: String? = nil)
    /// What a plain node says, as it stands.
    case plain(NodeAnswer)
    /// It is left out of the answer.
    case nothing
    /// Something that the whole request meets because of it.
    case instead(Fate)

    static let null = Said.result(.null)
    static func text(_ text: String) -> Said { .result(.text(text)) }

    var isNull: Bool {
        if case .result(let tree) = self { tree.isNull } else { false }
    }

    /// The result changed, and anything else as it is.
    func changing(_ change: (JSONTree) -> JSONTree) -> Said {
        if case .result(let tree) = self, !tree.isNull { .result(change(tree)) } else { self }
    }

    /// For telling whether two are the same.
    var words: String {
        switch self {
        case .result(let tree): tree.text
        case .error(let code, let message, let data): "error \(code) \(message) \(data ?? "")"
        case .plain(let answer): "\(answer)"
        case .nothing: "nothing"
        case .instead(let fate): "\(fate)"
        }
    }
}

/// What becomes of a whole request.
enum Fate: Sendable {
    case reply(status: Int, body: String, retryAfter: Int? = nil)
    case late
    case broken
}
