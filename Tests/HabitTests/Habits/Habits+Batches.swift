import DepositTestKit

/// How nodes refuse more calls than they take at once.
extension Habit {
    private static let specification = "https://www.jsonrpc.org/specification#batch"

    static let batches = refusals(.ethereum) + refusals(.bitcoin) + ofEthereum

    /// Whatever the chain.
    private static func refusals(_ chain: HabitChain) -> [Habit] {
        [
            Habit(
                "it refuses a batch with one error whose id is null",
                source: "https://github.com/erigontech/erigon/issues/7072", on: chain,
                .batches(above: 3, error(-32_000, "batch limit 3 exceeded"))),
            Habit(
                "it refuses a batch with a list of one error whose id is null", source: specification,
                on: chain,
                .batches(.reply(status: 200, body: "[\(body(-32_600, "Invalid Request"))]"))),
            Habit(
                "it cannot read a batch and calls it a parse error", source: specification, on: chain,
                .batches(error(-32_700, "Parse error"))),
            Habit(
                "it refuses a batch with HTTP 413",
                source: "https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size",
                on: chain,
                .batches(above: 2, .reply(status: 413, body: "<html>413 Request Entity Too Large</html>"))),
            Habit(
                "it refuses a batch with HTTP 400",
                source: "https://github.com/hiero-ledger/hiero-json-rpc-relay/issues/5443", on: chain,
                .batches(.reply(status: 400, body: body(-32_000, "content too large")))),
            Habit(
                "it refuses a batch with a code that nobody else has", source: specification, on: chain,
                .batches(error(-32_042, "upstream: E17"))),
            Habit(
                "it breaks down over a batch with HTTP 500",
                source: "https://github.com/erigontech/erigon/issues/19015", on: chain,
                .batches(above: 2, .reply(status: 500, body: "internal server error"))),
            Habit(
                "it does not come to the end of a batch in time",
                source: "https://geth.ethereum.org/docs/faq", on: chain, .batches(above: 4, .late)),
            Habit(
                "it answers only the first calls of a batch",
                source: "https://github.com/ethereum/go-ethereum/pull/26681", on: chain,
                Manner(arranges: { Array($0.prefix(2)) })),
            Habit(
                "it answers a batch in another order", source: specification, on: chain,
                Manner(arranges: { $0.reversed() })),
        ]
    }

    private static let ofEthereum = [
        Habit(
            "it refuses a batch in an error to its first call",
            source: "https://github.com/ethereum/go-ethereum/pull/26681",
            .meeting { calls in
                guard calls.count > 3 else { return nil }
                return .reply(status: 200, body: "[\(body(-32_600, "batch too large", id: calls[0].id))]")
            }),
        Habit(
            "it refuses those answers of a batch that no longer fit",
            source: "https://github.com/ethereum/go-ethereum/pull/26681",
            Manner(arranges: { answers in
                answers.enumerated().map { index, answer in
                    guard index > 1, let id = (try? JSONTree(Array(answer.utf8)))?["id"]?.text else {
                        return answer
                    }
                    return body(-32_003, "response too large", id: id)
                }
            })),
        Habit(
            "it refuses a batch's answer as too big",
            source: "https://github.com/paritytech/jsonrpsee/pull/1107",
            .batches(above: 1, error(-32_011, "The batch response was too large"))),
    ]

    static func body(_ code: Int, _ message: String, id: String = "null") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":\#(code),"message":"\#(message)"}}"#
    }

    static func error(_ code: Int, _ message: String) -> Fate {
        .reply(status: 200, body: body(code, message))
    }
}
