import CallbackNotifier
import ChainKit
import DepositAPI
import DepositCore
import NodeRPC

/// The configured callbacks, each with an endpoint and secrets that can be used.
struct Callbacks: Sendable {
    let all: [Callback]

    init(_ entries: [CallbackEntry]) throws {
        all = try entries.map { try Callback($0) }
    }
}

extension Callback {
    init(_ entry: CallbackEntry) throws {
        let endpoint: Endpoint
        do throws(EndpointError) { endpoint = try Endpoint(try entry.urlText()) } catch {
            throw entry.url.fail("\(error)")
        }
        let secrets = try entry.secret.secrets().map { text in
            do throws(SecretError) { return try Secret(text) } catch { throw entry.secret.fail("\(error)") }
        }
        guard !secrets.isEmpty else { throw entry.secret.fail("name at least one secret") }
        self.init(name: entry.name, endpoint: endpoint, secrets: secrets)
        try entry.refuseWhatCannotBe(at: endpoint)
        filter = entry.filter
        schedule = entry.schedule.map { Schedule($0.map(Int64.init)) } ?? schedule
        timeout = entry.timeoutSeconds ?? timeout
        concurrency = entry.concurrency ?? concurrency
        pauseAfter = entry.pauseAfterSeconds.map(Int64.init) ?? pauseAfter
        headers = entry.headers
        route = entry.route
        guard case .http(let url) = endpoint, url.hasPrefix("http://"), !entry.plainHTTP, route.proxy == nil
        else { return }
        route.reach = .aroundHere(cure: "use https, or say plain_http: true in the configuration")
    }
}

extension CallbackEntry {
    fileprivate func urlText() throws(EndpointError) -> String {
        guard let text = try? url.string() else { throw .unknownScheme("") }
        return text
    }

    fileprivate func refuseWhatCannotBe(at endpoint: Endpoint) throws {
        if case .http = endpoint { return }
        for (key, value) in routeGiven {
            throw value.fail("\(key) is for http:// and https:// alone; leave it out")
        }
        if case .exec = endpoint, let headersGiven {
            throw headersGiven.fail("a program gets no headers; leave them out")
        }
    }

    /// For people, without secrets.
    var words: String {
        var words = [(try? url.string()).flatMap { try? Endpoint($0) }.map { "\($0)" } ?? "?"]
        words.append(filter.types.map { list($0.map(\.rawValue)) } ?? "all events")
        if let chains = filter.chains { words.append("of \(list(chains.map(\.text)))") }
        if let assets = filter.assets { words.append("in \(list(assets.map(\.text)))") }
        if let labels = filter.labels { words.append("labelled \(list(labels.map(\.description)))") }
        if !headers.isEmpty { words.append("with \(list(headers.map(\.name)))") }
        if route.authorities != nil { words.append("own CA") }
        if route.certificate != nil { words.append("client certificate") }
        if let proxy = route.proxy { words.append("through \(proxy.name)") }
        if let source = route.source { words.append("from \(source)") }
        return words.joined(separator: ", ")
    }
}

private func list(_ words: [String]) -> String { words.sorted().joined(separator: " ") }
