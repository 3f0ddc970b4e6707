package import NodeRPC

/// A tape as what scripted nodes know. It was recorded from one place, so what a node sees of its chain is fixed.
extension Tape: NodeSource {
    package var form: ReplyForm { .modern }

    package func answer(_ method: String, _ parameters: [JSON], as outlook: Outlook) -> NodeAnswer {
        let params = "[" + parameters.map(\.text).joined(separator: ",") + "]"
        switch answer(to: Request(method: method, params: params)) {
        case .result(let json): return .result(json)
        case .error(let json):
            let error = try? withJSON(Array(json.utf8)) { json in
                NodeAnswer.error(
                    code: json.member("code")?.signed.flatMap { Int(exactly: $0) } ?? 0,
                    message: json.member("message")?.string ?? json.text)
            }
            return error ?? .error(code: 0, message: json)
        }
    }

    package func answer(toGet path: String, as outlook: Outlook) -> [UInt8]? {
        let response = response(toGet: path)
        return response.status == 200 ? Array(response.body.bytes) : nil
    }
}
