internal import DepositStore
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// The one way in: checks a request, lets it call, and turns whatever goes wrong into problem details.
struct Door: Sendable {
    let calls: Calls
    let tokens: AccessTokens
    let traffic: Traffic
    let reception: Reception
    let logger: Logger
    /// A body that is not there by then is a slow client's or an attacker's.
    var bodyDeadline: Duration

    /// - Parameter connection: the one that the request has come on; nil where there is none, as in a test.
    func serve(
        _ route: Route, _ request: Request, _ parameters: [String: String],
        on connection: ObjectIdentifier? = nil
    ) async -> Response {
        await answering(request, as: route.path) {
            reception.hear(connection)
            try checkOrigin(of: request)
            let scope = try authorize(request, for: route)
            // What no token has let in must not keep others out.
            let isSpared = route.access != .open
            if isSpared, !reception.begin(connection) { throw Self.tooManyCalls }
            defer { if isSpared { reception.end(connection) } }
            let query = try Query(request.uri.query, known: route.query)
            let path = try parameters.mapValues { text in
                guard let part = text.removingPercentEncoding else {
                    throw Problem(.notFound, "The path is not valid percent-encoding near \(quoted(text)).")
                }
                return part
            }
            let body = try await body(of: request, upTo: route.bodyLimit)
            return try await route.answer(
                calls,
                Call(
                    path: path, query: query, body: body, scope: scope,
                    departure: reception.guest(connection)?.departure))
        }
    }

    /// For a path or method that no route has.
    func turnAway(_ request: Request, allowed: [HTTPRequest.Method]) async -> Response {
        await answering(request, as: "unknown") {
            guard !allowed.isEmpty else {
                throw Problem(
                    .notFound, "No call is at \(quoted(request.uri.path)); /openapi.yaml lists them all.")
            }
            let methods = allowed.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .methodNotAllowed, "\(quoted(request.method.rawValue)) is not for this path; use \(methods).",
                headers: [.allow: methods])
        }
    }

    private func answering(
        _ request: Request, as path: String, _ work: () async throws -> Response
    ) async -> Response {
        let start = ContinuousClock.now
        var response: Response
        do {
            response = try await work()
        } catch {
            let problem = Problem(error)
            log(problem, error, request, path)
            response = problem.response
        }
        traffic.count(request.method, path, response.status, took: ContinuousClock.now - start)
        return response
    }

    private func log(_ problem: Problem, _ error: any Error, _ request: Request, _ path: String) {
        let status = problem.kind.status.code
        let isOurs = status >= 500
        let reason = isOurs ? "\(error)" : problem.detail
        logger.log(
            level: isOurs ? .error : .info,
            "API: \(status) \(problem.kind.rawValue) for \(request.method.rawValue) \(path)",
            metadata: ["reason": .string(reason)])
    }

    private static let tooManyCalls = Problem(
        .tooManyCalls, "As many calls are at work as there may be; try again in a second.",
        headers: [.retryAfter: "1"])

    /// What the request may do. An open call is answered without a token and with a wrong one too.
    private func authorize(_ request: Request, for route: Route) throws(Problem) -> Scope? {
        guard tokens.areRequired else { return .admin }
        guard case .scope(let needed) = route.access else { return bearer(of: request).flatMap(tokens.scope) }
        guard let header = request.headers[.authorization] else {
            throw unauthorized("This call needs a token: send Authorization: Bearer <token>.")
        }
        guard let token = Self.bearer(header) else {
            throw unauthorized("The Authorization header is not of the form Bearer <token>.")
        }
        guard let scope = tokens.scope(of: token) else {
            throw unauthorized(
                "The token is not one of those in the tokens file; check it for a typing error.")
        }
        guard scope >= needed else {
            throw Problem(
                .scopeTooLow,
                "This call needs a token of scope \(needed.rawValue); yours has scope \(scope.rawValue).")
        }
        return scope
    }

    private func bearer(of request: Request) -> Substring? {
        request.headers[.authorization].flatMap(Self.bearer)
    }

    private static func bearer(_ header: String) -> Substring? {
        let parts = header.split(separator: " ", maxSplits: 1)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? parts[1] : nil
    }

    private func unauthorized(_ detail: String) -> Problem {
        Problem(.unauthorized, detail, headers: [.wwwAuthenticate: "Bearer realm=\"depositwatch\""])
    }

    /// A page of another site must not make calls with a visitor's browser, nor reach us under a name of its
    /// own (DNS rebinding) where no token protects the calls.
    private func checkOrigin(of request: Request) throws(Problem) {
        let authority = request.head.authority ?? ""
        if let origin = request.headers[.origin],
            origin.split(separator: "/").last.map(String.init) != authority
        {
            throw Problem(.foreignOrigin, "Calls from pages of other sites are refused; call from a server.")
        }
        guard !tokens.areRequired, !authority.isEmpty else { return }
        let port = authority.lastIndex { $0 == ":" }.map { authority[..<$0] }
        let host = authority.hasSuffix("]") ? authority[...] : port ?? authority[...]
        guard ListenAddress.isLoopback(host) else {
            throw Problem(
                .foreignOrigin,
                "Without tokens only localhost may be called; configure api.tokens to use another host name.")
        }
    }

    private func body(of request: Request, upTo limit: Int) async throws -> Data {
        let tooLarge = Problem(.bodyTooLarge, "A body of this call has at most \(limit) bytes; split it.")
        if let length = request.headers[.contentLength].flatMap(Int.init), length > limit { throw tooLarge }
        return try await withThrowingTaskGroup(of: Data?.self) { group in
            group.addTask {
                var data = Data()
                for try await part in request.body {
                    guard data.count + part.readableBytes <= limit else { throw tooLarge }
                    data.append(contentsOf: part.readableBytesView)
                }
                return data
            }
            group.addTask {
                try await Task.sleep(for: bodyDeadline)
                return nil
            }
            defer { group.cancelAll() }
            guard let body = try await group.next() ?? nil else {
                throw Problem(
                    .bodyTooSlow, "The body was not complete after \(bodyDeadline); send it faster.")
            }
            return body
        }
    }
}

extension Problem {
    /// What a client is told of an error; of our own faults no more than that they happened.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem:
            self = problem
        case let refusal as CallbackRefusal:
            self.init(refusal)
        case StoreError.unknownCursor(let text):
            self.init(
                .badParameter, "after is \(quoted(text)), which is no cursor of this list; start without it.")
        case StoreError.noDescriptors:
            self.init(.tooManyCalls, "The daemon may open no more files just now; try again in a second.")
        case let failure as StoreError where failure.isFatal:
            self.init(
                .storeFailed,
                "The store can no longer be written or read; the daemon's log says why and what to do.")
        default:
            self.init(
                .internalError,
                "The daemon's log says what happened at this time; the request changed nothing.")
        }
    }
}
