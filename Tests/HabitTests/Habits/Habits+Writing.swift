import DepositTestKit

/// How nodes write what they say.
extension Habit {
    private static func everyText(_ change: @escaping @Sendable (String) -> String) -> Manner {
        .telling { asked, said in
            asked.method == "eth_chainId" ? said : said.changing { $0.changingTexts(change) }
        }
    }

    static let writing = [
        Habit(
            "it writes hex digits in upper case",
            source: "https://ethereum.org/developers/docs/apis/json-rpc/",
            everyText { $0.hasPrefix("0x") ? "0x" + $0.dropFirst(2).uppercased() : $0 }),
        Habit(
            "it writes addresses with a checksum", source: "https://eips.ethereum.org/EIPS/eip-55",
            everyText { text in
                guard text.hasPrefix("0x"), text.utf8.count == 42 else { return text }
                return "0x"
                    + text.dropFirst(2).enumerated().map {
                        $0.offset.isMultiple(of: 2) ? $0.element.uppercased() : String($0.element)
                    }.joined()
            }),
        Habit(
            "it writes numbers with zeros in front",
            source: "https://github.com/ethereum/go-ethereum/issues/15254",
            .changingEvery(
                block: {
                    $0.padding("number", "timestamp", "gasLimit", "gasUsed", "difficulty", "baseFeePerGas")
                },
                transaction: {
                    $0.padding("nonce", "gas", "value", "type", "chainId", "maxFeePerGas", "v", "yParity")
                },
                receipt: { $0.padding("status", "cumulativeGasUsed", "transactionIndex", "type") })),
        Habit(
            "it writes fields that nobody else has",
            source: "https://docs.arbitrum.io/build-decentralized-apps/arbitrum-vs-ethereum/rpc-methods",
            .changingEvery(
                block: {
                    $0.with {
                        $0["l1BlockNumber"] = .text("0x1"); $0["sendRoot"] = .null
                    }
                },
                transaction: { $0.with { $0["requestIdentity"] = .object([("a", .array([.null]))]) } },
                receipt: {
                    $0.with {
                        $0["gasUsedForL1"] = .text("0x0"); $0["l1Fee"] = .null
                    }
                })),
        Habit(
            "it leaves out what is no part of a hash",
            source: "https://github.com/ethereum/execution-apis/pull/570",
            .changingEvery(
                block: { $0.without("size", "uncles", "totalDifficulty") },
                transaction: { $0.without("gasPrice", "blockNumber") },
                receipt: { $0.without("effectiveGasPrice", "gasUsed", "from", "to", "contractAddress") })),
        Habit(
            "it still tells the total difficulty",
            source: "https://github.com/ethereum/execution-apis/pull/570",
            .changingEvery(block: { $0.with { $0["totalDifficulty"] = .text("0xc70d815d562d3cfa955") } })),
        Habit(
            "it writes null where it has nothing to say",
            source: "https://ethereum.github.io/execution-apis/",
            .changingEvery(
                block: {
                    $0.with {
                        $0["withdrawals"] = .null; $0["withdrawalsRoot"] = .null; $0["size"] = .null
                    }
                },
                transaction: {
                    $0.with {
                        $0["authorizationList"] = .null; $0["maxFeePerBlobGas"] = .null
                    }
                },
                receipt: {
                    $0.with {
                        $0["blobGasUsed"] = .null; $0["root"] = .null; $0["contractAddress"] = .null
                    }
                })),
        Habit(
            "it tells a signature's parity once, as v", source: "https://github.com/ethereum/execution-apis",
            .changingEvery(transaction: { $0.without("yParity") })),
        Habit(
            "it tells a signature's parity once, as yParity",
            source: "https://github.com/ethereum/execution-apis",
            .changingEvery(transaction: { $0.without("v") })),
        Habit(
            "it has no mixHash and nonce in its blocks", source: "https://eips.ethereum.org/EIPS/eip-4399",
            on: .counted,
            .changingEvery(block: {
                $0.with {
                    $0["mixHash"] = .null; $0["nonce"] = .null
                }
            }),
            twin: Twin.lies(.droppedReceipt)),
        Habit(
            "its answers have names in another order",
            source: "https://www.rfc-editor.org/rfc/rfc8259#section-4",
            .telling { $1.changing { $0.reversed } }),
        Habit(
            "it writes ids as strings", source: "https://www.jsonrpc.org/specification#id_generator",
            Manner(arranges: { answers in
                answers.map { answer in
                    (try? JSONTree(Array(answer.utf8)))?.with {
                        if let id = $0["id"]?.text { $0["id"] = .text(id) }
                    }.text ?? answer
                }
            })),
    ]
}

extension JSONTree {
    /// Every string of it changed, wherever it stands.
    func changingTexts(_ change: (String) -> String) -> JSONTree {
        switch self {
        case .literal: self
        case .text(let text): .text(change(text))
        case .array(let elements): .array(elements.map { $0.changingTexts(change) })
        case .object(let members): .object(members.map { ($0.name, $0.value.changingTexts(change)) })
        }
    }

    /// The members of every object in the other order.
    var reversed: JSONTree {
        switch self {
        case .literal, .text: self
        case .array(let elements): .array(elements.map(\.reversed))
        case .object(let members): .object(members.reversed().map { ($0.name, $0.value.reversed) })
        }
    }

    /// Numbers with two zeros in front.
    func padding(_ names: String...) -> JSONTree {
        with { tree in
            for name in names { tree[name] = tree[name]?.string.map { .text("0x00" + $0.dropFirst(2)) } }
        }
    }

    func without(_ names: String...) -> JSONTree {
        with { for name in names { $0[name] = nil } }
    }
}
