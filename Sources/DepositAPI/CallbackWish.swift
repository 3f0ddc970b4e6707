public import DepositCore

/// What a client asks of a callback: the body of `POST /v1/callbacks`, and of `PATCH` to one.
public struct CallbackWish: Sendable {
    /// One part of it.
    public enum Part<Value: Sendable>: Sendable {
        /// Not spoken of: as it was, or the ordinary.
        case unsaid
        /// Null: the ordinary.
        case ordinary
        case value(Value)

        public func over(_ former: Value?) -> Value? {
            switch self {
            case .unsaid: former
            case .ordinary: nil
            case .value(let value): value
            }
        }
    }

    public var url: String?
    public var types: Part<Set<EventType>> = .unsaid
    public var chains: Part<Set<ChainID>> = .unsaid
    public var assets: Part<Set<AssetID>> = .unsaid
    public var labels: Part<[LabelPattern]> = .unsaid
    public var headers: Part<[String: String]> = .unsaid
    public var timeout: Part<Int> = .unsaid
    public var concurrency: Part<Int> = .unsaid
    public var schedule: Part<[Int64]> = .unsaid
    public var pauseAfter: Part<Int64> = .unsaid

    public init(url: String? = nil) {
        self.url = url
    }
}

extension CallbackWish: CustomReflectable {
    /// Headers hold secrets.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
