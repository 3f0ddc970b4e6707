internal import ChainKit
internal import DepositCore

/// The body of `POST /v1/callbacks` and of `PATCH /v1/callbacks/{name}`, as it is written.
struct CallbackOrder: Decodable {
    typealias Part = CallbackWish.Part

    /// Only where it is made.
    let callback: String?
    let url: String?
    let events: Part<[String]>
    let chains: Part<[String]>
    let assets: Part<[String]>
    let labels: Part<[String]>
    let headers: Part<[String: String]>
    let timeout: Part<Int>
    let concurrency: Part<Int>
    let schedule: Part<[Int64]>
    let pauseAfter: Part<Int64>

    enum CodingKeys: String, CodingKey, CaseIterable {
        case callback, url, events, chains, assets, labels, headers, timeout, concurrency, schedule
        case pauseAfter = "pause_after"
    }

    /// More than any callback needs: what is asked for is bounded before it is kept.
    static let listLimit = 100

    init(from decoder: any Decoder) throws {
        try decoder.refuse(
            ["ca", "certificate", "proxy", "source", "plain_http"],
            because: "it names files of the daemon's machine or aims its connections, so it stands in the "
                + "configuration alone; leave it out, or name the callback there")
        try decoder.refuse(
            ["secret", "secrets"],
            because: "the secret is made here and shown once in the answer; leave it out")
        let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
        callback = try fields.decodeIfPresent(String.self, forKey: .callback)
        url = try fields.decodeIfPresent(String.self, forKey: .url)
        events = try fields.part(.events)
        chains = try fields.part(.chains)
        assets = try fields.part(.assets)
        labels = try fields.part(.labels)
        headers = try fields.part(.headers)
        timeout = try fields.part(.timeout)
        concurrency = try fields.part(.concurrency)
        schedule = try fields.part(.schedule)
        pauseAfter = try fields.part(.pauseAfter)
    }

    func wish(_ calls: Calls) throws(Problem) -> CallbackWish {
        var wish = CallbackWish(url: url)
        wish.types = try Self.words("events", events) { text throws(Problem) in
            try Self.known("event", text, EventType.allCases.map(\.rawValue))
            return EventType(rawValue: text)
        }.mapped { Set($0) }
        wish.chains = try Self.words("chains", chains) { text throws(Problem) in
            try calls.chain(named: text).spec.id
        }.mapped { Set($0) }
        let listed = Set(calls.chains.values.flatMap { $0.spec.rules.assets.keys.map(\.text) })
        wish.assets = try Self.words("assets", assets) { text throws(Problem) in
            try Self.known("asset", text, Array(listed))
            return AssetID(text)
        }.mapped { Set($0) }
        wish.labels = try Self.words("labels", labels) { text throws(Problem) in
            let isPlain = text.utf8.count <= 256 && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
            guard isPlain, let pattern = LabelPattern(text) else {
                throw Problem(
                    .unfitCallback,
                    "\(quoted(text)) is no label, nor the beginning of one followed by *, such as vip-*.")
            }
            return pattern
        }
        (wish.headers, wish.timeout, wish.concurrency) = (headers, timeout, concurrency)
        (wish.schedule, wish.pauseAfter) = (schedule, pauseAfter)
        return wish
    }

    private static func words<Value: Sendable>(
        _ name: String, _ part: Part<[String]>, _ read: (String) throws(Problem) -> Value?
    ) throws(Problem) -> Part<[Value]> {
        guard case .value(let texts) = part else { return part.mapped { _ in [] } }
        guard (1...listLimit).contains(texts.count) else {
            throw Problem(
                .unfitCallback,
                "\(name) has \(texts.count) entries; give 1 to \(listLimit), or leave it out for all.")
        }
        var values: [Value] = []
        for text in texts { if let value = try read(text) { values.append(value) } }
        return .value(values)
    }

    private static func known(_ what: String, _ text: String, _ all: [String]) throws(Problem) {
        guard !all.contains(text) else { return }
        let names = all.sorted().joined(separator: ", ")
        throw Problem(.unfitCallback, "There is no \(what) \(quoted(text)) here; there are: \(names).")
    }
}

extension CallbackWish.Part {
    fileprivate func mapped<Other: Sendable>(_ change: (Value) -> Other) -> CallbackWish.Part<Other> {
        switch self {
        case .unsaid: .unsaid
        case .ordinary: .ordinary
        case .value(let value): .value(change(value))
        }
    }
}

extension KeyedDecodingContainer {
    fileprivate func part<Value: Decodable & Sendable>(_ key: Key) throws -> CallbackWish.Part<Value> {
        guard contains(key) else { return .unsaid }
        return try decodeNil(forKey: key) ? .ordinary : .value(decode(Value.self, forKey: key))
    }
}
