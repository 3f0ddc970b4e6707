import DepositTestKit

/// What nodes of Bitcoin's family do.
extension Habit {
    private static let info = "getblockchaininfo"

    private static func telling(_ members: (String, JSONTree)...) -> Manner {
        .changing(info) { info in
            info.with { for (name, value) in members { $0[name] = value } }
        }
    }

    static let bitcoin = [
        Habit(
            "a bitcoind warms up",
            source: "https://github.com/bitcoin/bitcoin/blob/master/doc/JSON-RPC-interface.md",
            on: .bitcoin,
            .telling { $0.request <= 4 ? .error(-28, "Loading block index…") : $1 }),
        Habit(
            "a bitcoind takes itself for downloading, at its head",
            source: "https://github.com/bitcoin/bitcoin/blob/master/src/validation.cpp", on: .mainBitcoin,
            telling(("initialblockdownload", .literal("true"))),
            twin: Twin.stranger(
                telling(("initialblockdownload", .literal("true")), ("headers", .literal("900000"))),
                saying: "is still syncing")),
        Habit(
            "an old bitcoind does not say whether it is downloading",
            source: "https://github.com/mempoolco/spruned/issues/103", on: .mainBitcoin,
            .changing(info) { $0.without("initialblockdownload") },
            twin: Twin.stranger(telling(("headers", .literal("900000"))), saying: "is still syncing")),
        Habit(
            "a bitcoind has pruned its oldest blocks",
            source: "https://github.com/bitcoin/bitcoin/issues/19312",
            on: .bitcoin,
            Manner(tells: { asked, said, lookup in
                guard asked.method == "getblock",
                    case .result(let shown) = lookup("getblockheader", #"["\#(asked.place)"]"#),
                    let height = shown["height"]?.text, let number = Int(height), number < 6
                else { return said }
                return .error(-1, "Block not available (pruned data)")
            }), alone: .waits([.catchUp, .backfill, .audit], saying: "pruned data"),
            twin: Twin.refused(.lying(.changedAmount), saying: "does not hold")),
        Habit(
            "a bitcoind takes a number for how much of a block it shows, and no boolean",
            source: "https://github.com/gcash/bchd/issues/124", on: .bitcoin,
            .telling { asked, said in
                guard asked.method == "getblock", case .literal("false")? = asked.parameters.last else {
                    return said
                }
                return .error(-32_602, "parameter #2 'verbosity' must be type uint32 (got bool)")
            }),
        Habit(
            "a bitcoind's whitelist lacks a method that is needed",
            source: "https://github.com/bitcoin/bitcoin/pull/12763", on: versioned,
            .telling { asked, said in
                asked.method == "getnetworkinfo" ? .instead(.reply(status: 403, body: "")) : said
            }, alone: .waits([.catchUp, .audit], saying: "getnetworkinfo"),
            twin: Twin.impostor(
                .changing("getnetworkinfo") { $0.with { $0["version"] = .literal("120000") } },
                saying: "least_version")),
    ]

    /// Whose file asks for a version, which `getnetworkinfo` tells.
    private static let versioned = HabitChain(
        name: "bitcoin with a least version", family: .bitcoin, make: HabitChain.bitcoin.make,
        edits: HabitChain.depth + [
            ("work: bitcoin-regtest,", "work: bitcoin-regtest, least_version: 210000,")
        ],
        nature: .answering("getnetworkinfo", .result(.object([("version", .literal("290000"))]))))
}
