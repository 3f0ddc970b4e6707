internal import DepositCore

/// What the daemon lends to the API: its callbacks, and how one is made, changed and removed through it.
///
/// Whatever cannot be done is a `CallbackRefusal`.
public protocol CallbackControl: Sendable {
    /// Those of the configuration, then those made through the API.
    var cards: [CallbackCard] { get }

    /// Makes a callback, which gets events from now on, and is sent them from now on.
    ///
    /// - Returns: its secret, which is never shown again; nil where just the same one was there already.
    func make(_ name: String, _ wish: CallbackWish) async throws -> IssuedSecret?

    func change(_ name: String, to wish: CallbackWish) async throws

    /// Gives it a new secret, which signs beside the old one until `finishRotation`.
    func rotate(_ name: String) async throws -> IssuedSecret

    /// Drops the old secret.
    func finishRotation(of name: String) async throws

    /// - Parameter givingUp: also where events wait for it.
    /// - Returns: how many events were given up.
    func remove(_ name: String, givingUp: Bool) async throws -> Int
}

/// A secret on its way to the one who is shown it once.
public struct IssuedSecret: Sendable, CustomStringConvertible, CustomReflectable {
    let text: String

    public init(_ text: String) {
        self.text = text
    }

    public var description: String { "secret" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a callback is not made, changed or removed: a sentence for the client.
public struct CallbackRefusal: Error, Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// There is no key to seal a secret by.
        case noSecretsKey
        /// What is asked for cannot be.
        case unfit
        case exists
        case tooMany
        /// So many events wait for it.
        case eventsWaiting(Int)
        /// It is the configuration's.
        case configured
        /// Its secrets cannot be read.
        case locked
        /// A rotation is under way, or none is.
        case rotation
        case unknown
    }

    public let kind: Kind
    public let detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

extension Problem {
    init(_ refusal: CallbackRefusal) {
        let kind: Kind =
            switch refusal.kind {
            case .noSecretsKey: .noSecretsKey
            case .unfit: .unfitCallback
            case .exists: .callbackExists
            case .tooMany: .tooManyCallbacks
            case .eventsWaiting: .eventsWaiting
            case .configured: .callbackConfigured
            case .locked: .callbackLocked
            case .rotation: .rotation
            case .unknown: .notFound
            }
        guard case .eventsWaiting(let count) = refusal.kind else {
            self.init(kind, refusal.detail)
            return
        }
        self.init(kind, refusal.detail, extensions: [("waiting", .integer(Int64(count)))])
    }
}
