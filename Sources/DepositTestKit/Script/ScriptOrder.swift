internal import ChainKit
internal import DepositCore

/// One thing that happens to a scripted chain or its nodes.
enum ScriptOrder: Sendable {
    case mine(blocks: Int, branch: String)
    case pay([TestChain.Payment], branch: String)
    case fork(branch: String, depth: Int, origin: String)
    case undo(Int)
    case adopt(String)
    case finalize(Height?)
    /// Without a node: all of them.
    case fault(NodeFault, node: String?, method: String?, times: Int?)
    /// Nil: every node.
    case cure(node: String?)

    /// Words that need a made-up chain: a tape's chain is as it was recorded.
    private static let ofChains: Set<String> = ["mine", "fork", "undo", "adopt", "finalize"]

    /// The orders of one step: a mapping of them, or a list of such mappings.
    ///
    /// - Parameter chain: nil where the nodes answer from a tape.
    static func step(_ value: StrictValue, on chain: TestChain?) throws -> [ScriptOrder] {
        if value.isList { return try value.list().flatMap { try step($0, on: chain) } }
        return try value.map().entries.map { word, _, value in
            guard chain != nil || !ofChains.contains(word) else {
                throw value.fail("a tape's chain is as it was recorded; name a family to make one up")
            }
            return try order(word, value, on: chain)
        }
    }

    private static func order(
        _ word: String, _ value: StrictValue, on chain: TestChain?
    ) throws -> ScriptOrder {
        switch word {
        case "mine": return try mine(value, on: chain)
        case "fork":
            var map = try value.map()
            let order = ScriptOrder.fork(
                branch: try map.required("branch").string(), depth: try map.required("depth").integer(),
                origin: try map.optional("of")?.string() ?? TestChain.main)
            try map.finish()
            return order
        case "undo": return .undo(try value.integer())
        case "adopt": return .adopt(try value.string())
        case "finalize": return .finalize(Height(UInt64(try value.integer())))
        case "fault": return try fault(value, on: chain)
        case "cure":
            let node = try value.string()
            return .cure(node: node == "all" ? nil : node)
        default:
            throw value.fail(
                "unknown order \(word); known: mine, fork, undo, adopt, finalize, fault, cure")
        }
    }

    /// A count of blocks, a block's payments, or a mapping with either and a branch.
    private static func mine(_ value: StrictValue, on chain: TestChain?) throws -> ScriptOrder {
        guard value.isMap else { return try mine(value, branch: TestChain.main, on: chain) }
        var map = try value.map()
        let branch = try map.optional("on")?.string() ?? TestChain.main
        let blocks = map.optional("blocks")
        let payments = map.optional("payments")
        try map.finish()
        guard let content = blocks ?? payments, blocks == nil || payments == nil else {
            throw value.fail("say blocks: N for empty blocks, or payments: […] for one block that holds them")
        }
        return try mine(content, branch: branch, on: chain)
    }

    private static func mine(
        _ value: StrictValue, branch: String, on chain: TestChain?
    ) throws -> ScriptOrder {
        guard value.isList else { return .mine(blocks: try value.integer(1...10_000), branch: branch) }
        return .pay(try value.list().map { try payment($0, on: chain) }, branch: branch)
    }

    private static func payment(_ value: StrictValue, on chain: TestChain?) throws -> TestChain.Payment {
        var map = try value.map()
        let place = try map.required("to")
        let text = try place.string()
        let amount = try map.required("amount")
        guard let units = UInt64(try amount.string()) else {
            throw amount.fail("expected base units, from 0 to \(UInt64.max)")
        }
        let asset = try map.optional("asset").map { value in
            let id = AssetID(try value.string())
            guard chain?.chain.spec.rules.assets[id] != nil else {
                throw value.fail("this chain has no asset \(id)")
            }
            return id
        }
        let name = try map.required("name").string()
        let fails = try map.optional("fails")?.bool() ?? false
        try map.finish()
        guard let address = try? chain?.chain.address(text) else {
            throw place.fail("\(text) is no address of this chain")
        }
        return TestChain.Payment(name, to: address, amount: units, asset: asset, succeeds: !fails)
    }

    /// A fault's name, or a mapping of it and whom it strikes.
    private static func fault(_ value: StrictValue, on chain: TestChain?) throws -> ScriptOrder {
        guard value.isMap else {
            return .fault(
                try known(NodeFault(named: value), value, on: chain), node: nil, method: nil, times: nil)
        }
        var map = try value.map()
        let fault = try known(NodeFault(named: try map.required("is"), &map), value, on: chain)
        let node = try map.optional("node")?.string()
        let method = try map.optional("method")?.string()
        let times = try map.optional("times")?.integer(1...1_000_000)
        try map.finish()
        return .fault(fault, node: node, method: method, times: times)
    }

    private static func known(
        _ fault: NodeFault, _ value: StrictValue, on chain: TestChain?
    ) throws -> NodeFault {
        if chain == nil, fault.bendsChain {
            throw value.fail("a tape shows its chain from one place alone; name a family to make one up")
        }
        return fault
    }
}
