internal import DepositCore
internal import Foundation
internal import Hummingbird

/// One call of the API: where it is, who may make it, what it takes, and what answers it.
struct Route: Sendable {
    enum Access: Hashable, Sendable {
        case open
        case scope(Scope)
    }

    let method: HTTPRequest.Method
    /// `/v1/addresses/{chain}/{address}`: the form that OpenAPI and the router share.
    let path: String
    let access: Access
    /// The query's parameters; any other is an error.
    let query: [String]
    /// Bytes of a body that are taken at most.
    let bodyLimit: Int
    let answer: @Sendable (Calls, Call) async throws -> Response

    static let ordinaryBodyLimit = 1 << 20

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, query: [String] = [],
        bodyLimit: Int = ordinaryBodyLimit,
        _ answer: @escaping @Sendable (Calls, Call) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.query = query
        self.bodyLimit = bodyLimit
        self.answer = answer
    }
}

/// One request that was let in: its parts, read and bounded.
struct Call: Sendable {
    let path: [String: String]
    let query: Query
    let body: Data
    /// What whoever calls may do; nil for one without a token.
    var scope: Scope?
    /// Closed once the client has gone; nil where nobody can tell.
    var departure: FeedBell?

    /// A part of the path; the route has it by construction.
    func part(_ name: String) -> String {
        guard let part = path[name] else { preconditionFailure("the route has no {\(name)}") }
        return part
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws(Problem) -> Value {
        try StrictJSON.decode(type, from: body)
    }
}
