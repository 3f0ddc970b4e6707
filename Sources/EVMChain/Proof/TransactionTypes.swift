/// What the type bytes of a chain's transactions mean: beside Ethereum's own, which all chains share, that is the
/// chain's to say. 0x7e is a deposit on chains of the OP Stack, and a message from Ethereum on Scroll.
struct TransactionTypes: Sendable {
    /// Whose types a chain has beside Ethereum's, as chain files name them.
    enum Family: String, CaseIterable, Sendable {
        case ethereum, optimism, arbitrum, scroll

        fileprivate var encodings: [TransactionEncoding] {
            switch self {
            case .ethereum: []
            case .optimism: TransactionEncoding.optimism
            case .arbitrum: TransactionEncoding.arbitrum
            case .scroll: TransactionEncoding.scroll
            }
        }
    }

    /// By type byte; where the chain file does not say whose types the chain has, there may be several.
    private let known: [[TransactionEncoding]]
    private let isDeclared: Bool

    /// - Parameter family: nil where the chain file does not say.
    init(_ family: Family?) {
        var table = [[TransactionEncoding]](repeating: [], count: 256)
        let others = (family.map { [$0] } ?? Family.allCases).flatMap(\.encodings)
        for encoding in TransactionEncoding.ethereum + others {
            table[Int(encoding.type ?? 0)].append(encoding)
        }
        known = table
        isDeclared = family != nil
    }

    /// How this transaction is encoded; nil for a type that is foreign here.
    ///
    /// Of a chain that does not say whose types it has, one of Ethereum's own or one whose fields the transaction has:
    /// its hash must then come out of them.
    func encoding(_ type: UInt64, of transaction: AnswerObject<TransactionField>) -> TransactionEncoding? {
        guard type < 256 else { return nil }
        let candidates = known[Int(type)]
        guard let first = candidates.first else { return nil }
        if isDeclared || type <= Self.lastOfEthereum { return first }
        return candidates.first { $0.fits(transaction) }
    }

    /// EIP-7702.
    static let lastOfEthereum: UInt64 = 4
}
