public import DepositCore
public import DepositStore
public import NodeRPC

/// What a client of the API has asked of a callback, every part of it fit to be used.
public struct CallbackTerms: Hashable, Sendable {
    public var url: String
    public var filter = EventFilter()
    public var headers: [NodeEndpoint.Header] = []
    /// Nil, as in the following: the ordinary.
    public var timeout: Int?
    public var concurrency: Int?
    public var schedule: [Int64]?
    public var pauseAfter: Int64?

    public init(url: String) {
        self.url = url
    }

    /// How they are kept, with what is secret sealed.
    public func sealed(
        for name: String, secret: [UInt8], oldSecret: [UInt8]? = nil, by key: SecretsKey, made: Timestamp
    ) -> MadeCallback {
        var kept = MadeCallback(name: name, url: url, filter: filter, secret: secret, made: made)
        let lines = headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        kept.headers = headers.isEmpty ? nil : key.seal(lines, as: .headers, of: name)
        (kept.timeout, kept.concurrency) = (timeout, concurrency)
        (kept.schedule, kept.pauseAfter) = (schedule, pauseAfter)
        kept.oldSecret = oldSecret
        return kept
    }

    /// Nil where the key does not open them.
    public init?(of made: MadeCallback, openedBy key: SecretsKey) {
        self.init(url: made.url)
        filter = made.filter
        (timeout, concurrency) = (made.timeout, made.concurrency)
        (schedule, pauseAfter) = (made.schedule, made.pauseAfter)
        guard let sealed = made.headers else { return }
        guard let lines = key.open(sealed, as: .headers, of: made.name) else { return nil }
        headers = lines.split(separator: "\n").map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return NodeEndpoint.Header(name: String(parts[0]), value: String(parts[1].dropFirst()))
        }
    }
}

extension Callback {
    /// One that was made through the API; nil where the key does not open all that is secret of it.
    ///
    /// - Parameter networks: those that the operator lets it reach besides the public Internet.
    public init?(_ made: MadeCallback, openedBy key: SecretsKey, networks: [IPNetwork]) {
        guard let terms = CallbackTerms(of: made, openedBy: key) else { return nil }
        var secrets: [Secret] = []
        for sealed in [made.secret] + (made.oldSecret.map { [$0] } ?? []) {
            guard let text = key.open(sealed, as: .secret, of: made.name), let secret = try? Secret(text)
            else {
                return nil
            }
            secrets.append(secret)
        }
        self.init(name: made.name, endpoint: .http(url: made.url), secrets: secrets)
        filter = terms.filter
        headers = terms.headers
        timeout = terms.timeout ?? timeout
        concurrency = terms.concurrency ?? concurrency
        schedule = terms.schedule.map { Schedule($0) } ?? schedule
        pauseAfter = terms.pauseAfter ?? pauseAfter
        route.reach = Reach(ofCallbackTo: made.url, networks: networks)
    }
}

extension Reach {
    /// Where a client of the API may have events sent: to the public Internet over TLS, and to networks that the
    /// operator has named, over TLS or without.
    public init(ofCallbackTo url: String, networks: [IPNetwork]) {
        let cure =
            "an operator allows it by api.callback_networks, or names the callback in the configuration"
        self =
            url.hasPrefix("https://")
            ? .publicInternet(besides: networks, cure: cure) : .networks(networks, cure: cure)
    }
}
