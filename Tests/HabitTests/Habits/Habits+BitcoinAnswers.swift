import DepositTestKit

/// How nodes of Bitcoin's family write what they say, and serve blocks over REST.
extension Habit {
    private static let interface =
        "https://github.com/bitcoin/bitcoin/blob/master/doc/JSON-RPC-interface.md"
    private static let rest = "https://github.com/bitcoin/bitcoin/blob/master/doc/REST-interface.md"

    static let bitcoinAnswers = [
        Habit(
            "a bitcoind answers in the form of JSON-RPC 2.0",
            source: "https://github.com/bitcoin/bitcoin/pull/27101",
            on: .bitcoin, Manner(form: .modern)),
        Habit(
            "a bitcoind writes small numbers with an exponent", source: interface, on: .bitcoin,
            .changing("getblockchaininfo", "getblockheader") { answer in
                guard answer.string == nil else { return answer }
                return answer.with {
                    $0["difficulty"] = .literal("4.656542373906925e-10")
                    $0["verificationprogress"] = .literal("1e-8")
                    $0["relayfee"] = .text("1e-8")
                }
            }),
        Habit(
            "a bitcoind tells more than others", source: "https://github.com/bitcoin/bitcoin/pull/31583",
            on: .bitcoin,
            .changing("getblockchaininfo", "getblockheader") { answer in
                guard answer.string == nil else { return answer }
                return answer.with {
                    $0["target"] = .text(String(repeating: "0", count: 64))
                    $0["warnings"] = .array([])
                    $0["softforks"] = .object([])
                }
            }),
        Habit(
            "a bitcoind writes hex digits in upper case", source: interface, on: .bitcoin,
            .telling { asked, said in
                guard asked.isIn("getblock", "getblockheader") else { return said }
                return said.changing { $0.string.map { .text($0.uppercased()) } ?? $0 }
            }),
        Habit(
            "a proxy answers paths of a bitcoind with a page of its own", source: rest, on: .bitcoin,
            Manner(serves: { _ in .reply(status: 200, body: "<html>It works!</html>") })),
        Habit(
            "a bitcoind has no REST, and says 403", source: rest, on: .bitcoinREST,
            Manner(serves: { _ in .reply(status: 403, body: "Forbidden") })),
        Habit(
            "a bitcoind's REST breaks off", source: rest, on: .bitcoinREST, Manner(serves: { _ in .broken })),
        Habit(
            "a bitcoind's REST has pruned blocks that its JSON-RPC still has",
            source: "https://github.com/bitcoin/bitcoin/pull/6189", on: .bitcoinREST,
            Manner(serves: { _ in .reply(status: 404, body: "not available (pruned data)") })),
    ]
}
