import ChainKit
import DepositCore
import DepositEngine
import NodeRPC

extension Configuration {
    /// A chain that is to be watched, and through which nodes.
    struct WatchedChain: Sendable {
        let chain: any Chain
        /// No two of the same place.
        let nodes: [NodeEndpoint]
        /// The first height to scan; nil: the head at the first start.
        let from: Height?
        /// How many nodes must show the same hash for a block before anything in it is confirmed.
        let agree: Int
        /// Of which blocks that no hash proves in full other nodes are asked for what they hold.
        let witness: Watcher.Settings.Witness
        /// The operator knows that there is one node, and that it is believed.
        let trustOneNode: Bool
    }
}

extension Configuration.WatchedChain {
    init(_ name: String, _ value: StrictValue, _ files: ChainFiles) throws {
        guard let known = files.chains[ChainID(name)] else {
            let names = files.chains.keys.map(\.text).sorted().joined(separator: ", ")
            throw value.fail("there is no chain file for \(name); there are: \(names)")
        }
        var map = try value.map()
        nodes = try Self.nodes(map.required("nodes"))
        from = try map.optional("from").flatMap { Height(UInt64(try $0.integer(0...Int.max / 2))) }
        let count = nodes.count
        agree = try map.optional("agree").map { try Self.agree($0, of: count) } ?? 1
        witness = try map.optional("witness")?.choice(of: Watcher.Settings.Witness.self) ?? .every
        trustOneNode = try map.optional("trust_one_node")?.bool() ?? false
        if let policy = map.optional("policy") {
            chain = try type(of: known).init(known.spec.with(policy: policy))
        } else {
            chain = known
        }
        try map.finish()
    }

    /// A node that is named twice would agree with itself.
    private static func nodes(_ value: StrictValue) throws -> [NodeEndpoint] {
        let entries = try value.list()
        if entries.isEmpty { throw value.fail("name at least one node") }
        var nodes: [NodeEndpoint] = []
        for entry in entries {
            let node = try NodeEndpoint(entry)
            if let same = nodes.firstIndex(where: { $0.place == node.place }) {
                throw entry.fail(
                    "\(node.name) is node \(same + 1), \(nodes[same].name), once more: two spellings of one URL are "
                        + "one node; leave one out")
            }
            nodes.append(node)
        }
        return nodes
    }

    private static func agree(_ value: StrictValue, of nodes: Int) throws -> Int {
        let agree = try value.integer(1...1_000)
        guard agree <= nodes else {
            throw value.fail("\(agree) nodes cannot agree where \(nodes) are named; add nodes or lower agree")
        }
        return agree
    }
}
