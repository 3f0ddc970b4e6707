internal import Crypto

/// What a token lets its bearer do; each scope includes those before it.
public enum Scope: String, Hashable, Comparable, Sendable, CaseIterable {
    case read, write, admin

    public static func < (left: Scope, right: Scope) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .read: 0
        case .write: 1
        case .admin: 2
        }
    }
}

/// The API's bearer tokens, kept as SHA-256 alone: the tokens themselves are nowhere in memory after parsing.
public struct AccessTokens: Sendable {
    enum Policy: Sendable {
        case required([(digest: SHA256.Digest, scope: Scope)])
        /// Everyone who reaches the socket may do everything.
        case none
    }

    let policy: Policy

    /// Shorter ones could be guessed.
    public static let minimumLength = 16

    /// Reads `scope:token`, one a line; `#` begins a comment line. Errors name file and line, never a token.
    public init(parsing text: String, file: String) throws(AccessTokensError) {
        var tokens: [(digest: SHA256.Digest, scope: Scope)] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let entry = line.trimming { $0 == " " || $0 == "\t" }
            if entry.isEmpty || entry.hasPrefix("#") { continue }
            let token = try Self.token(in: entry, file: file, line: index + 1)
            let digest = SHA256.hash(data: Array(token.text.utf8))
            if tokens.contains(where: { $0.digest == digest }) {
                throw AccessTokensError(
                    "\(file):\(index + 1): this token stands here twice; keep one of the lines")
            }
            tokens.append((digest, token.scope))
        }
        if tokens.isEmpty {
            throw AccessTokensError(
                "\(file): no token in it; add a line such as admin:$(openssl rand -hex 32)")
        }
        policy = .required(tokens)
    }

    private init(_ policy: Policy) {
        self.policy = policy
    }

    /// No tokens, as `tokens: none` asks for: only where nobody but this machine can reach the socket.
    public static func none(listeningOn address: ListenAddress) throws(AccessTokensError) -> AccessTokens {
        guard address.isLocal else {
            throw AccessTokensError(
                "api.tokens: none would let anyone who reaches \(address) issue addresses and resume chains; "
                    + "set tokens: {file: …} or listen on 127.0.0.1")
        }
        return AccessTokens(.none)
    }

    private static func token(
        in entry: Substring, file: String, line: Int
    ) throws(AccessTokensError) -> (scope: Scope, text: Substring) {
        let parts = entry.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let scope = Scope(rawValue: String(parts[0])) else {
            throw AccessTokensError(
                "\(file):\(line): expected scope:token with a scope of read, write or admin")
        }
        guard parts[1].utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw AccessTokensError("\(file):\(line): a token is printable ASCII without spaces")
        }
        guard parts[1].utf8.count >= minimumLength else {
            throw AccessTokensError(
                "\(file):\(line): a token needs \(minimumLength) characters or more; try openssl rand -hex 32"
            )
        }
        return (scope, parts[1])
    }

    /// The scope of a presented token; nil for an unknown one.
    ///
    /// Digests are compared in constant time, and all of them, so that the time taken tells nothing.
    func scope(of token: some StringProtocol) -> Scope? {
        guard case .required(let tokens) = policy else { return .admin }
        let presented = SHA256.hash(data: Array(token.utf8))
        var found: Scope?
        for (digest, scope) in tokens where digest == presented { found = scope }
        return found
    }

    var areRequired: Bool {
        if case .none = policy { false } else { true }
    }
}

/// Why the API's tokens cannot be used: where, what, and what to do.
public struct AccessTokensError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Substring {
    fileprivate func trimming(_ isMargin: (Character) -> Bool) -> Substring {
        var text = drop(while: isMargin)
        while let last = text.last, isMargin(last) { text.removeLast() }
        return text
    }
}
