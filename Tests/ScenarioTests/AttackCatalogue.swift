import Testing

/// What is known to have been tried against those who watch for deposits, or to have gone wrong by itself.
///
/// B are Bitcoin and its like, E the EVM, G all chains. A fixture names the rows it shows in `attacks.yaml`, a test at
/// the beginning of its name.
enum AttackCatalogue {
    struct Row: Hashable, Sendable, CustomTestStringConvertible {
        let id: String
        let what: String
        let kind: Kind

        var testDescription: String { "\(id): \(what)" }
    }

    enum Kind: Hashable, Sendable {
        /// It looks like a deposit: fixtures have it among their fakes, and nothing of it may be credited.
        case fake
        /// It bends a node, a block or a deposit: a fixture's events show what comes of it, or a test named after it.
        case pitfall
        /// It is a deposit that is not seen: the chain's own file says so, and a test named after it.
        case unsupported
    }

    static let rows: [Row] = (bitcoin + evm + all).map { id, what in
        Row(
            id: id, what: what,
            kind: fakes.contains(id) ? .fake : unsupported[id] == nil ? .pitfall : .unsupported)
    }

    static let fakeRows = rows.filter { $0.kind == .fake }

    private static let fakes = Set(
        "B1 B2 B3 B5 B7 B11 E1 E2 E3 E4 E5 E6 E7 E9 E10 E11 E12 E13 E14 E18 E20 E22 E26".split(separator: " ")
            .map(String.init))

    /// Where each is written down, and in which words.
    static let unsupported = [
        "E23c": (file: "chains/avalanche.yaml", words: "has no transaction on the C-Chain, and is not seen")
    ]

    /// The rows that a test's name begins with: `E3 and E4: …`.
    static func rows(of name: String) -> [String] {
        guard let match = name.prefixMatch(of: /[BEG]\d+[a-d]?((, | and )[BEG]\d+[a-d]?)*:/) else {
            return []
        }
        return match.output.0.matches(of: /[BEG]\d+[a-d]?/).map { String($0.output) }
    }

    private static let bitcoin = [
        ("B1", "a coin spent twice"), ("B2", "a multisig that lists a watched key"),
        ("B3", "a token's payload in an ordinary transaction"), ("B4", "an output that is not mature"),
        ("B5", "a transaction mined again under another id"), ("B6", "two coinbases with one id"),
        ("B7", "dust, and amounts that floating point loses"), ("B8", "an address that two chains accept"),
        ("B9", "a node that follows old rules"), ("B10", "a node that has pruned, or is still syncing"),
        ("B11", "a watched script behind a time lock"),
    ]

    private static let evm = [
        ("E1", "a transaction that failed"), ("E2", "a token that answers false"),
        ("E3", "a token that nobody listed"), ("E4", "a Transfer logged by another contract"),
        ("E5", "an inner call that was undone"), ("E6", "value that a contract hands on"),
        ("E7", "value that a call only shows"), ("E8", "a contract's destruction"),
        ("E9", "a token that takes a fee"), ("E10", "a token whose balances move by themselves"),
        ("E11", "transfers of nothing"), ("E12", "an ERC-721 number taken for an amount"),
        ("E13", "a listed token that makes money from nothing"), ("E14", "a copy of a token's log"),
        ("E15", "null, or an empty list, for what is there"), ("E16", "receipts of another fork"),
        ("E17", "a log that moves within its block"), ("E18", "a transaction replaced by its sender's next"),
        ("E19", "what is only pending"), ("E20", "a Transfer of an unusual layout"),
        ("E21", "decimals that a contract claims"), ("E22", "a burn that logs no Transfer"),
        ("E23a", "an OP Stack deposit that failed"), ("E23b", "Polygon's state-sync transactions"),
        ("E23c", "Avalanche's atomic imports"), ("E23d", "a chain's own coin logged as a token"),
        ("E24", "code at an ordinary account"), ("E25", "another chain with the same beginning"),
        ("E26", "a call whose input is cut short"),
    ]

    private static let all = [
        ("G1", "a node that lies"), ("G2", "a node that is behind"),
        ("G3", "the same deposit told twice"), ("G4", "a reorg deeper than the window"),
        ("G5", "one address in two spellings"), ("G6", "hostile answers and requests"),
        ("G7", "decimals and symbols taken from the chain"), ("G8", "a transaction that never comes back"),
        ("G9", "several deposits in one transaction"), ("G10", "a clock that is wrong"),
        ("G11", "a label that writes into a page or a log"), ("G12", "a secret in an error"),
    ]
}
