import DepositTestKit

/// What a node does otherwise than the plainest one. Small pieces, which `and` puts together.
struct Manner: Sendable {
    /// What meets a request as a whole; nil: its calls are answered.
    var meets: @Sendable ([Asked]) -> Fate? = { _ in nil }
    /// What it says to one call, given what it knows and a way to look more up; nil: what it knows.
    var tells: (@Sendable (Asked, Said, Lookup) -> Said)?
    /// How many milliseconds it thinks about a call.
    var thinks: @Sendable (Asked) -> Int = { _ in 0 }
    /// From where it sees its chain when it answers a call.
    var sees: @Sendable (Asked) -> Outlook? = { _ in nil }
    /// What it does with the answers of a batch.
    var arranges: @Sendable ([String]) -> [String] = { $0 }
    /// What a path meets that is got; nil: its content.
    var serves: @Sendable (String) -> Fate? = { _ in nil }
    /// How it writes replies; nil: as its family does.
    var form: ReplyForm?

    /// Asks the plain node something else: a method, and its parameters as JSON.
    typealias Lookup = @Sendable (String, String) -> Said

    static let plain = Manner()

    /// This manner, and the other one on top of it.
    func and(_ other: Manner) -> Manner {
        let first = self
        return Manner(
            meets: { first.meets($0) ?? other.meets($0) },
            tells: Self.telling(first.tells, other.tells),
            thinks: { first.thinks($0) + other.thinks($0) },
            sees: { other.sees($0) ?? first.sees($0) },
            arranges: { other.arranges(first.arranges($0)) },
            serves: { first.serves($0) ?? other.serves($0) },
            form: other.form ?? first.form)
    }
}

extension Manner {
    private typealias Telling = @Sendable (Asked, Said, Lookup) -> Said

    private static func telling(_ first: Telling?, _ second: Telling?) -> Telling? {
        guard let first, let second else { return first ?? second }
        return { second($0, first($0, $1, $2), $2) }
    }

    /// Something of the whole request.
    static func meeting(_ meets: @escaping @Sendable ([Asked]) -> Fate?) -> Manner { Manner(meets: meets) }

    /// A batch of more calls than this meets something.
    static func batches(above most: Int = 1, _ fate: Fate) -> Manner {
        meeting { $0.count > most ? fate : nil }
    }

    /// Something else in place of what it would say.
    static func telling(_ tells: @escaping @Sendable (Asked, Said) -> Said) -> Manner {
        Manner(tells: { asked, said, _ in tells(asked, said) })
    }

    /// An answer in place of those to one method.
    static func answering(_ method: String, _ answer: Said) -> Manner {
        telling { $0.method == method ? answer : $1 }
    }

    /// Its results are changed.
    static func changing(_ methods: String..., by change: @escaping @Sendable (JSONTree) -> JSONTree)
        -> Manner
    {
        telling { methods.contains($0.method) ? $1.changing(change) : $1 }
    }

    static func thinking(_ thinks: @escaping @Sendable (Asked) -> Int) -> Manner { Manner(thinks: thinks) }

    /// Lies about the content of blocks.
    static func lying(_ lie: NodeFault) -> Manner {
        Manner(sees: { _ in
            var outlook = Outlook()
            outlook.lie = lie
            return outlook
        })
    }

    /// Every block that is shown whole, every receipt wherever it stands, and every log.
    static func changingEvery(
        block: @escaping @Sendable (JSONTree) -> JSONTree = { $0 },
        transaction: @escaping @Sendable (JSONTree) -> JSONTree = { $0 },
        receipt: @escaping @Sendable (JSONTree) -> JSONTree = { $0 }
    ) -> Manner {
        telling { asked, said in
            switch asked.method {
            case "eth_getBlockByNumber", "eth_getBlockByHash":
                return said.changing { tree in
                    block(tree).with { tree in
                        tree["transactions"] = tree["transactions"]?.mapping {
                            $0.string == nil ? transaction($0) : $0
                        }
                    }
                }
            case "eth_getBlockReceipts": return said.changing { $0.mapping(receipt) }
            case "eth_getTransactionReceipt": return said.changing(receipt)
            default: return said
            }
        }
    }
}
