internal import DepositCore

extension Asset {
    init(_ value: StrictValue) throws(ConfigError) {
        var map = try value.map()
        let name = try map.required("id")
        let id = AssetID(try name.string())
        guard id.text.utf8.count <= 32, id.text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw name.fail("expected at most 32 letters, digits and signs, such as USDC.e")
        }
        let contract = try map.optional("contract").map { value throws(ConfigError) in try value.string() }
        let native = try map.optional("native").map { value throws(ConfigError) in try value.bool() } ?? false
        guard native == (contract == nil) else {
            throw value.fail("asset \(id) needs either contract: … or native: true")
        }
        let decimals = try map.required("decimals").integer(0...77)
        var minimum = Amount.zero
        if let entry = map.optional("minimum") {
            guard let amount = WholeAmount(try entry.string())?.baseUnits(decimals: decimals) else {
                throw entry.fail("expected whole units with at most \(decimals) decimals, such as \"0.01\"")
            }
            minimum = amount
        }
        let verify = map.optional("verify_by_balance")
        let verifiesByBalance = try verify?.bool() ?? false
        if let verify, verifiesByBalance, contract == nil {
            throw verify.fail(
                "only a token is asked for balances, and \(id) is the chain's own coin; remove it")
        }
        try map.finish()
        self.init(
            id: id, contract: contract, decimals: decimals, minimum: minimum,
            verifiesByBalance: verifiesByBalance)
    }
}

extension Finality {
    init(_ value: StrictValue) throws(ConfigError) {
        guard value.isMap else {
            guard try value.string() == "instant" else {
                throw value.fail("expected instant, {tag: finalized} or {depth: N}")
            }
            self = .instant
            return
        }
        var map = try value.map()
        if let tag = map.optional("tag") {
            guard try tag.string() == "finalized" else { throw tag.fail("the only tag is finalized") }
            self = .tag
        } else {
            self = .depth(UInt64(try map.required("depth").integer(1...1_000_000)))
        }
        try map.finish()
    }
}

extension Policy {
    init(_ value: StrictValue, assets: [Asset]) throws(ConfigError) {
        var rules: [Rule] = []
        for item in try value.list() { rules.append(try Rule(item, assets: assets)) }
        guard let policy = Policy(rules: rules) else {
            throw value.fail(
                "the last rule must match every deposit: end with one that has no asset or below")
        }
        self = policy
    }
}

extension Rule {
    init(_ value: StrictValue, assets: [Asset]) throws(ConfigError) {
        var map = try value.map()
        let asset = try map.optional("asset").map { value throws(ConfigError) in
            let id = AssetID(try value.string())
            guard assets.contains(where: { $0.id == id }) else {
                throw value.fail("asset \(id) is not listed in this chain's file")
            }
            return id
        }
        let below = try map.optional("below").map { value throws(ConfigError) in
            guard let amount = WholeAmount(try value.string()) else {
                throw value.fail("expected whole units of the asset, such as \"1000\"")
            }
            for listed in assets
            where asset == listed.id && amount.baseUnits(decimals: listed.decimals) == nil {
                throw value.fail("\(listed.id) has only \(listed.decimals) decimals and 256 bits")
            }
            return amount
        }
        let requirement = try Requirement(&map, rule: Self.words(asset, below))
        try map.finish()
        self.init(asset: asset, below: below, requirement: requirement)
    }

    /// The rule as events name it: `below 1000 USDT`, `every deposit`.
    private static func words(_ asset: AssetID?, _ below: WholeAmount?) -> String {
        switch (asset, below) {
        case (nil, nil): "every deposit"
        case (let asset?, nil): "every \(asset)"
        case (nil, let below?): "below \(below)"
        case (let asset?, let below?): "below \(below) \(asset)"
        }
    }
}

extension Requirement {
    fileprivate init(_ map: inout StrictMap, rule: String) throws(ConfigError) {
        let depth = try map.optional("depth").map { value throws(ConfigError) in
            UInt64(try value.integer(1...1_000_000))
        }
        var finality = false
        if let entry = map.optional("finality") {
            guard try entry.string() == "finalized" else {
                throw entry.fail("the only finality is finalized")
            }
            finality = true
        }
        guard depth != nil || finality else {
            throw map.whole.fail("the rule requires nothing: add depth: N or finality: finalized")
        }
        var fallback: Fallback?
        if let orDepth = map.optional("or_depth") {
            guard finality else {
                throw orDepth.fail("or_depth stands in for finality: add finality: finalized")
            }
            let entry = try map.required("after")
            let after = try entry.milliseconds()
            guard after >= 1_000, after % 1_000 == 0 else {
                throw entry.fail("expected whole seconds, such as 30m")
            }
            fallback = Fallback(
                depth: UInt64(try orDepth.integer(1...1_000_000)), after: Int64(after / 1_000))
        } else if let after = map.optional("after") {
            throw after.fail("after belongs to or_depth: add or_depth: N")
        }
        self.init(depth: depth, finality: finality, fallback: fallback, rule: rule)
    }
}
