import DepositTestKit
import NodeRPC
import Synchronization

/// A node of a made-up chain with a manner of its own.
final class HabitNode: Sendable {
    private struct State {
        var manner: Manner
        var requests = 0
        var asked: [String: Int] = [:]
        /// Requests in which it did anything otherwise than the nodes of its chain do.
        var shown = 0
    }

    let name: String
    private let chain: TestChain
    /// What all nodes of the chain do.
    private let nature: Manner
    private let state: Mutex<State>

    init(_ name: String, of chain: TestChain, nature: Manner, manner: Manner = .plain) {
        self.name = name
        self.chain = chain
        self.nature = nature
        state = Mutex(State(manner: manner))
    }

    var node: Node { Node(name: name, wire: self) }

    /// How many requests have met its manner.
    var shown: Int { state.withLock { $0.shown } }

    func turn(to manner: Manner) {
        state.withLock { $0.manner = manner }
    }

    private func knows(_ method: String, _ parameters: [JSONTree], _ outlook: Outlook) -> NodeAnswer {
        let text = JSONTree.array(parameters).text
        let answer = try? withJSON(Array(text.utf8)) {
            chain.answer(method, Array($0.elements), as: outlook)
        }
        return answer ?? .error(code: -32_700, message: "Parse error")
    }

    private func lookUp(_ method: String, _ parameters: [JSONTree], _ outlook: Outlook) -> Said {
        switch knows(method, parameters, outlook) {
        case .result(let bytes): (try? JSONTree(bytes)).map { .result($0) } ?? .null
        case .error(let code, let message): .error(code, message)
        }
    }

    private func say(_ asked: Asked, _ manner: Manner) -> (said: Said, isShown: Bool) {
        let outlook = nature.sees(asked) ?? Outlook()
        let mine = manner.sees(asked) ?? outlook
        guard nature.tells != nil || manner.tells != nil else {
            return (.plain(knows(asked.method, asked.parameters, mine)), mine != outlook)
        }
        let lookup: Manner.Lookup = { [self] method, parameters in
            let parameters = (try? JSONTree(Array(parameters.utf8)))?.elements ?? []
            return lookUp(method, parameters, Outlook())
        }
        let known = lookUp(asked.method, asked.parameters, mine)
        let natural = nature.tells?(asked, known, lookup) ?? known
        let said = manner.tells?(asked, natural, lookup) ?? natural
        // Once is enough: comparing costs more than answering.
        return (said, mine != outlook || shown == 0 && said.words != natural.words)
    }

    private func read(_ json: JSON) -> [Asked] {
        let calls = json.isArray ? Array(json.elements) : [json]
        return state.withLock { state in
            state.requests += 1
            return calls.map { call in
                let method = call.member("method")?.string ?? ""
                let parameters = call.member("params")?.elements.map { JSONTree($0) } ?? []
                let key = method + JSONTree.array(parameters).text
                defer { state.asked[key, default: 0] += 1 }
                return Asked(
                    method: method, parameters: parameters, id: call.member("id")?.text ?? "null",
                    past: state.asked[key, default: 0], request: state.requests)
            }
        }
    }

    private func note(_ isShown: Bool) {
        if isShown { state.withLock { $0.shown += 1 } }
    }
}

extension HabitNode: Wire {
    /// What a node may think about one request before whoever asked gives up, in milliseconds.
    static let patience = HTTPLimits().totalSeconds * 1_000

    func exchange(_ request: WireRequest) async throws(HTTPError) -> HTTPResponse {
        let manner = state.withLock { $0.manner }
        switch request {
        case .get(let path):
            if let fate = manner.serves(path) {
                note(true)
                return try Self.response(fate)
            }
            guard let body = chain.answer(toGet: path, as: Outlook()) else {
                return try Self.response(.reply(status: 404, body: "not found"))
            }
            return HTTPResponse(status: 200, body: ResponseBody(body))
        case .post(let body):
            let read = try? withJSON(body) { (isBatch: $0.isArray, calls: self.read($0)) }
            guard let read else { throw .unreachable("a request that is no JSON") }
            return try answer(read.calls, isBatch: read.isBatch, manner)
        }
    }

    private func answer(
        _ calls: [Asked], isBatch: Bool, _ manner: Manner
    ) throws(HTTPError) -> HTTPResponse {
        if let fate = manner.meets(calls) {
            note(true)
            return try Self.response(fate)
        }
        let thinking = calls.reduce(0) { $0 + manner.thinks($1) }
        let form = manner.form ?? chain.form
        var isShown = thinking > 0 || manner.form != nil
        defer { note(isShown) }
        if thinking > Self.patience { return try Self.response(.late) }
        var answers: [String] = []
        var status = 200
        for asked in calls {
            let (said, isOdd) = say(asked, manner)
            isShown = isShown || isOdd
            switch said {
            case .nothing: continue
            case .instead(let fate): return try Self.response(fate)
            case .result, .error, .plain:
                answers.append(form.text(said, id: asked.id))
                status = form.status(said)
            }
        }
        guard isBatch else {
            return try Self.response(
                .reply(status: answers.isEmpty ? 200 : status, body: answers.first ?? ""))
        }
        let arranged = manner.arranges(answers)
        isShown = isShown || arranged != answers
        return try Self.response(.reply(status: 200, body: "[\(arranged.joined(separator: ","))]"))
    }

    private static func response(_ fate: Fate) throws(HTTPError) -> HTTPResponse {
        switch fate {
        case .late: throw .timedOut("no answer in \(patience / 1_000) s")
        case .broken: throw .unreachable("the connection was reset")
        case .reply(let status, let body, let seconds):
            return HTTPResponse(
                status: status, headers: seconds.map { [("retry-after", "\($0)")] } ?? [],
                body: ResponseBody(Array(body.utf8)))
        }
    }
}

extension ReplyForm {
    fileprivate func text(_ said: Said, id: String) -> String {
        switch (self, said) {
        case (.modern, .result(let tree)): return #"{"jsonrpc":"2.0","id":\#(id),"result":\#(tree.text)}"#
        case (.bitcoind, .result(let tree)): return #"{"result":\#(tree.text),"error":null,"id":\#(id)}"#
        case (_, .error(let code, let message, let data)):
            let more = data.map { #","data":\#(jsonLiteral($0))"# } ?? ""
            let error = #"{"code":\#(code),"message":\#(jsonLiteral(message))\#(more)}"#
            return self == .modern
                ? #"{"jsonrpc":"2.0","id":\#(id),"error":\#(error)}"#
                : #"{"result":null,"error":\#(error),"id":\#(id)}"#
        case (_, .plain(let answer)): return String(decoding: reply(answer, id: id), as: UTF8.self)
        case (_, .nothing), (_, .instead): return ""
        }
    }

    fileprivate func status(_ said: Said) -> Int {
        if case .plain(let answer) = said { return status(answer) }
        guard case .error(let code, let message, _) = said else { return 200 }
        return status(NodeAnswer.error(code: code, message: message))
    }
}
