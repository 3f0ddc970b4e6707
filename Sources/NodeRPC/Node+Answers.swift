/// How a response is read: by its status, by the id of its answers, by the words of its errors.
extension Node {
    /// Sorts a response's answers to their calls by id.
    ///
    /// An error that belongs to none of several calls is the batch's: an object or an element of an array, with id
    /// `null` or with none.
    ///
    /// - Parameter calls: their places are their ids.
    func match(
        _ response: HTTPResponse, to calls: ArraySlice<RPCCall>, _ parser: JSONParser,
        _ answers: inout [RPCReplies.Answer]
    ) throws(NodeError) {
        let method = calls.first.map(\.method) ?? ""
        let json: JSON
        do throws(MalformedJSON) {
            json = try withExtendedLifetime(response.body) { body throws(MalformedJSON) in
                try parser.parse(body.bytes)
            }
        } catch {
            if response.status != 200 { throw refusal(response, of: method) }
            throw fault(.malformed("\(error.reason), in an answer that begins \(excerpt(of: response, 80))"))
        }
        if isClearRefusal(response) { throw refusal(response, of: method, json) }
        guard json.isArray else {
            guard let answer = try answer(json, response, of: method) else {
                throw refusal(response, of: method)
            }
            if calls.count == 1 {
                let id = Self.id(of: json)
                guard id == nil || id == calls.startIndex else {
                    throw fault(.malformed("an answer to another call"))
                }
                answers[calls.startIndex] = answer
            } else if case .error(let error) = answer {
                throw fault(.rpc(method: "batch", code: error.code, message: error.message))
            }
            return
        }
        var stray: RPCError?
        for element in json.elements {
            guard let answer = try answer(element, response, of: method) else { continue }
            guard let id = Self.id(of: element), calls.indices.contains(id) else {
                if case .error(let error) = answer, element.member("id")?.isNull ?? true { stray = error }
                continue
            }
            guard case .none = answers[id] else {
                throw fault(.malformed("two answers to one call of a batch"))
            }
            answers[id] = answer
        }
        guard let stray else { return }
        if calls.count == 1 {
            if case .none = answers[calls.startIndex] { answers[calls.startIndex] = .error(stray) }
        } else if calls.indices.contains(where: { if case .none = answers[$0] { true } else { false } }) {
            throw fault(.rpc(method: "batch", code: stray.code, message: stray.message))
        }
    }

    private static func id(of answer: JSON) -> Int? {
        guard let id = answer.member("id") else { return nil }
        return id.unsigned.flatMap { Int(exactly: $0) } ?? id.string.flatMap { Int($0) }
    }

    /// An error object wins over a result: bitcoind writes both, one of them null. A result counts under HTTP
    /// 200 alone.
    private func answer(
        _ json: JSON, _ response: HTTPResponse, of method: String
    ) throws(NodeError) -> RPCReplies.Answer? {
        if let error = error(in: json) {
            if error.meaning == .tooFast { throw fault(.rateLimited(retryAfterSeconds: nil)) }
            return .error(error)
        }
        guard let result = json.member("result") else { return nil }
        guard response.status == 200 else { throw refusal(response, of: method) }
        return .result(result)
    }

    private func error(in json: JSON) -> RPCError? {
        guard let json = json.member("error"), !json.isNull else { return nil }
        let message = json.member("message")?.string ?? json.string ?? json.text
        return RPCError(
            code: json.member("code")?.signed ?? 0, message: secrets.hidden(in: message, limit: 500))
    }

    /// Statuses that are not about what a call came to, whatever their body says.
    private func isClearRefusal(_ response: HTTPResponse) -> Bool {
        switch response.status {
        case 401, 403, 429, 300..<400: true
        default: false
        }
    }

    /// - Parameter json: the body, where it is JSON: what it says is quoted.
    func refusal(_ response: HTTPResponse, of method: String, _ json: JSON? = nil) -> NodeError {
        switch response.status {
        case 401, 403:
            if saysTooFast(response) {
                return fault(.rateLimited(retryAfterSeconds: Self.retryAfter(response)))
            }
            let said = json.flatMap { $0.isArray ? $0.elements.first { _ in true } : $0 }.flatMap(error)?
                .message
            let words = said.map { String($0.prefix(200)) } ?? excerpt(of: response, 200)
            return fault(.unauthorized(status: response.status, method: method, words: words))
        case 429: return fault(.rateLimited(retryAfterSeconds: Self.retryAfter(response)))
        case 503 where Self.retryAfter(response) != nil || saysTooFast(response):
            return fault(.rateLimited(retryAfterSeconds: Self.retryAfter(response)))
        case 200: return fault(.malformed("neither result nor error: \(excerpt(of: response, 80))"))
        default: return fault(.http(status: response.status, excerpt: excerpt(of: response, 200)))
        }
    }

    /// Such as bitcoind's "Work queue depth exceeded", which is no JSON.
    private func saysTooFast(_ response: HTTPResponse) -> Bool {
        RPCError(code: 0, message: excerpt(of: response, 200)).meaning == .tooFast
    }

    /// Whole seconds, an hour at most; nil for a date or nonsense.
    private static func retryAfter(_ response: HTTPResponse) -> Int? {
        guard let seconds = response.header("retry-after").flatMap({ Int($0) }), seconds >= 0 else {
            return nil
        }
        return min(seconds, 3_600)
    }

    /// Error pages quote what they were asked, and a URL may hold a key.
    func excerpt(of response: HTTPResponse, _ limit: Int) -> String {
        secrets.hidden(in: response.body.excerpt(4_096), limit: limit)
    }
}

extension NodeError.Fault {
    init(_ error: HTTPError) {
        switch error {
        case .unreachable(let why): self = .unreachable(why)
        case .broken(let why): self = .broken(why)
        case .timedOut(let why): self = .timedOut(why)
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        case .tooManyHeaders(let limit): self = .malformed("more than \(limit) bytes of headers")
        case .cancelled: self = .cancelled
        }
    }
}
