import CallbackNotifier
import ChainKit
import DepositCore
import NodeRPC

/// One callback as the configuration names it.
struct CallbackEntry: Sendable {
    let name: String
    let url: StrictValue
    let secret: StrictValue
    let filter: EventFilter
    let timeoutSeconds: Int?
    let concurrency: Int?
    /// Seconds from one attempt to the next; nil: the default schedule.
    let schedule: [Int]?
    /// How long it may take nothing before it is paused.
    let pauseAfterSeconds: Int?
    let headers: [NodeEndpoint.Header]
    /// Whether http:// may reach the public Internet, where anybody on the way reads along.
    let plainHTTP: Bool
    let route: HTTPRoute
    /// What only some kinds of endpoint can have, as it was given.
    let headersGiven: StrictValue?
    let routeGiven: [(key: String, value: StrictValue)]

    init(_ name: String, _ value: StrictValue, chains: [Configuration.WatchedChain]) throws {
        guard Callback.isName(name) else {
            throw value.fail("a callback's name has letters, digits and - _ . alone, such as ledger-2")
        }
        self.name = name
        var map = try value.map()
        url = try map.required("url")
        secret = try map.required("secret")
        filter = try EventFilter(&map, chains: chains)
        timeoutSeconds = try map.optional("timeout")?.seconds(Callback.timeouts)
        concurrency = try map.optional("concurrency")?.integer(Callback.concurrencies)
        schedule = try map.optional("schedule")?.words("length of time").map {
            try $0.seconds(Callback.delays)
        }
        pauseAfterSeconds = try map.optional("pause_after")?.seconds(Callback.patience)
        plainHTTP = try map.optional("plain_http")?.bool() ?? false
        headersGiven = map.optional("headers")
        headers = try headersGiven?.map().entries.map { try NodeEndpoint.Header($0.key, $0.value) } ?? []
        (route, routeGiven) = try HTTPRoute.read(&map)
        try map.finish()
    }
}

extension EventFilter {
    fileprivate init(_ map: inout StrictMap, chains: [Configuration.WatchedChain]) throws {
        self.init()
        types = try map.optional("events").map { list in
            Set(try list.words("event").map { try $0.choice(of: EventType.self) })
        }
        let specs = chains.map(\.chain.spec)
        self.chains = try map.optional("chains").map { list in
            Set(
                try list.words("chain").map {
                    ChainID(try $0.one(of: specs.map(\.id.text), "is not watched here"))
                })
        }
        let theirs = specs.filter { self.chains?.contains($0.id) ?? true }
        let listed = Set(theirs.flatMap { $0.rules.assets.keys.map(\.text) })
        assets = try map.optional("assets").map { list in
            Set(
                try list.words("asset").map {
                    AssetID(try $0.one(of: Array(listed), "is on none of its chains"))
                })
        }
        labels = try map.optional("labels")?.words("label").map { value in
            guard let pattern = LabelPattern(try value.string()), !pattern.description.contains("\n") else {
                throw value.fail("expected a label, or the beginning of one followed by *, such as vip-*")
            }
            return pattern
        }
    }
}

extension StrictValue {
    /// A list that is not empty.
    fileprivate func words(_ what: String) throws -> [StrictValue] {
        let list = try list()
        if list.isEmpty { throw fail("name at least one \(what), or leave this out") }
        return list
    }

    fileprivate func one(of known: [String], _ why: String) throws -> String {
        let text = try string()
        guard known.contains(text) else {
            throw fail("\(text) \(why); there are: \(known.sorted().joined(separator: ", "))")
        }
        return text
    }

    func seconds(_ range: ClosedRange<Int>) throws -> Int {
        let milliseconds = try milliseconds()
        guard milliseconds % 1_000 == 0, range.contains(milliseconds / 1_000) else {
            throw fail("expected whole seconds from \(range.lowerBound)s to \(range.upperBound)s")
        }
        return milliseconds / 1_000
    }
}
