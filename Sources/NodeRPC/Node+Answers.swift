/// How a response is read: by its status, by the id of its answers, by the words of its errors.
extension Node {
    /// Sorts a response's answers to their calls by id.
    func match(
        _ response: HTTPResponse, to part: Range<Int>, _ parser: JSONParser,
        _ answers: inout [RPCReplies.Answer]
    ) throws(NodeError) {
        if let refusal = clearRefusal(response) { throw refusal }
        let json: JSON
        do throws(MalformedJSON) {
            json = try withExtendedLifetime(response.body) { body throws(MalformedJSON) in
                try parser.parse(body.bytes)
            }
        } catch {
            if response.status != 200 { throw refusal(response) }
            throw fault(.malformed("\(error.reason), in an answer that begins \(excerpt(of: response, 80))"))
        }
        guard json.isArray else {
            guard let answer = try answer(json, response) else { throw refusal(response) }
            if part.count == 1 {
                let id = Self.id(of: json)
                guard id == nil || id == part.lowerBound else {
                    throw fault(.malformed("an answer to another call"))
                }
                answers[part.lowerBound] = answer
            } else if case .error(let error) = answer {
                // One error for a whole batch, without a usable id.
                throw fault(.rpc(method: "batch", code: error.code, message: error.message))
            }
            return
        }
        for element in json.elements {
            guard let id = Self.id(of: element), part.contains(id),
                let answer = try answer(element, response)
            else { continue }
            guard case .none = answers[id] else {
                throw fault(.malformed("two answers to one call of a batch"))
            }
            answers[id] = answer
        }
    }

    private static func id(of answer: JSON) -> Int? {
        guard let id = answer.member("id") else { return nil }
        return id.unsigned.flatMap { Int(exactly: $0) } ?? id.string.flatMap { Int($0) }
    }

    /// An error object wins over a result: bitcoind writes both, one of them null. A result counts under HTTP
    /// 200 alone.
    private func answer(_ json: JSON, _ response: HTTPResponse) throws(NodeError) -> RPCReplies.Answer? {
        if let json = json.member("error"), !json.isNull {
            let message = json.member("message")?.string ?? json.string ?? json.text
            let error = RPCError(
                code: json.member("code")?.signed ?? 0, message: secrets.hidden(in: message, limit: 500))
            if error.meaning == .tooFast { throw fault(.rateLimited(retryAfterSeconds: nil)) }
            return .error(error)
        }
        guard let result = json.member("result") else { return nil }
        guard response.status == 200 else { throw refusal(response) }
        return .result(result)
    }

    /// Statuses that are not about a call, whatever their body says.
    private func clearRefusal(_ response: HTTPResponse) -> NodeError? {
        switch response.status {
        case 401, 403, 429, 300..<400: refusal(response)
        default: nil
        }
    }

    func refusal(_ response: HTTPResponse) -> NodeError {
        switch response.status {
        case 401, 403: fault(.unauthorized(status: response.status))
        case 429: fault(.rateLimited(retryAfterSeconds: Self.retryAfter(response)))
        case 503 where Self.retryAfter(response) != nil || saysTooFast(response):
            fault(.rateLimited(retryAfterSeconds: Self.retryAfter(response)))
        case 200: fault(.malformed("neither result nor error: \(excerpt(of: response, 80))"))
        default: fault(.http(status: response.status, excerpt: excerpt(of: response, 200)))
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
        case .timedOut(let why): self = .timedOut(why)
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        case .tooManyHeaders(let limit): self = .malformed("more than \(limit) bytes of headers")
        case .cancelled: self = .cancelled
        }
    }
}
