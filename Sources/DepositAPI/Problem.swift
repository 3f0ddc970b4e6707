internal import DepositCore
internal import Hummingbird

/// Why a request was refused, as RFC 9457 problem details: what happened, and what to do about it.
struct Problem: Error {
    /// Every kind there is; `openapi.yaml` lists them under `x-problems`.
    enum Kind: String, CaseIterable {
        case badParameter = "bad-parameter"
        case badBody = "bad-body"
        case unauthorized
        case foreignOrigin = "foreign-origin"
        case scopeTooLow = "scope-too-low"
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case bodyTooSlow = "body-too-slow"
        case chainNotHalted = "chain-not-halted"
        case chainHalted = "chain-halted"
        case nothingScanned = "nothing-scanned"
        case unfitHeight = "unfit-height"
        case tooManyCalls = "too-many-calls"
        case bodyTooLarge = "body-too-large"
        case unknownChain = "unknown-chain"
        case malformedAddress = "malformed-address"
        case tooManyAddresses = "too-many-addresses"
        case unfitCallback = "unfit-callback"
        case callbackExists = "callback-exists"
        case callbackConfigured = "callback-configured"
        case callbackLocked = "callback-locked"
        case tooManyCallbacks = "too-many-callbacks"
        case eventsWaiting = "events-waiting"
        case rotation
        case noSecretsKey = "no-secrets-key"
        case internalError = "internal-error"
        case storeFailed = "store-failed"
    }

    let kind: Kind
    let detail: String
    /// Members beside the standard ones.
    let extensions: [(name: String, value: JSONText)]
    let headers: HTTPFields

    init(
        _ kind: Kind, _ detail: String, extensions: [(name: String, value: JSONText)] = [],
        headers: HTTPFields = [:]
    ) {
        self.kind = kind
        self.detail = detail
        self.extensions = extensions
        self.headers = headers
    }

    var response: Response {
        var members: [JSONText.Field] = [
            JSONText.Field(name: "type", value: .string("/openapi.yaml#" + kind.rawValue)),
            JSONText.Field(name: "title", value: .string(kind.title)),
            JSONText.Field(name: "status", value: .integer(Int64(kind.status.code))),
            JSONText.Field(name: "detail", value: .string(detail)),
        ]
        members += extensions.map { JSONText.Field(name: $0.name, value: $0.value) }
        return .json(
            .object(members), status: kind.status, type: "application/problem+json", headers: headers)
    }
}

extension Problem.Kind {
    var status: HTTPResponse.Status {
        switch self {
        case .badParameter, .badBody: .badRequest
        case .unauthorized: .unauthorized
        case .foreignOrigin, .scopeTooLow: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .bodyTooSlow: .requestTimeout
        case .chainNotHalted, .chainHalted, .nothingScanned, .callbackExists, .callbackConfigured,
            .callbackLocked, .tooManyCallbacks,
            .eventsWaiting, .rotation, .noSecretsKey:
            .conflict
        case .bodyTooLarge: .contentTooLarge
        case .unknownChain, .malformedAddress, .tooManyAddresses, .unfitCallback, .unfitHeight:
            .unprocessableContent
        case .internalError: .internalServerError
        case .storeFailed, .tooManyCalls: .serviceUnavailable
        }
    }

    var title: String {
        switch self {
        case .badParameter: "A query parameter cannot be used"
        case .badBody: "The request's body cannot be used"
        case .unauthorized: "A token is needed"
        case .foreignOrigin: "The request comes from another site"
        case .scopeTooLow: "The token does not allow this"
        case .notFound: "There is no such thing"
        case .methodNotAllowed: "This path has no such method"
        case .bodyTooSlow: "The request's body took too long"
        case .chainNotHalted: "The chain is not halted"
        case .chainHalted: "The chain is halted already"
        case .nothingScanned: "Nothing of the chain has been scanned"
        case .unfitHeight: "The chain cannot go back to this height"
        case .tooManyCalls: "Too many calls at the same time"
        case .bodyTooLarge: "The request's body is too large"
        case .unknownChain: "The chain is not configured"
        case .malformedAddress: "Some addresses cannot be watched"
        case .tooManyAddresses: "Too many addresses at once"
        case .unfitCallback: "The callback cannot be as it is asked for"
        case .callbackExists: "There is another callback of this name"
        case .callbackConfigured: "The callback stands in the configuration"
        case .callbackLocked: "The callback's secrets cannot be read"
        case .tooManyCallbacks: "There are as many callbacks as there may be"
        case .eventsWaiting: "Events wait for the callback"
        case .rotation: "The callback's secret is at another step of its rotation"
        case .noSecretsKey: "There is no key to keep secrets by"
        case .internalError: "A fault of ours"
        case .storeFailed: "The store has failed"
        }
    }
}

/// A text of a client's as it may stand in an error or a log line: on one line, and not endless.
func quoted(_ text: some StringProtocol) -> String {
    let short = text.unicodeScalars.prefix(100).map { scalar in
        scalar.value < 0x20 || scalar.value == 0x7f || scalar.properties.generalCategory == .format
            ? "\u{fffd}" : String(scalar)
    }
    return "\"\(short.joined())\(text.unicodeScalars.dropFirst(100).isEmpty ? "" : "…")\""
}
