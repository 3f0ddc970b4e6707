import CallbackNotifier
import DepositAPI
import DepositCore
import Foundation
import NodeRPC

/// What a client of the API asks of a callback, held against what may be: it may be an attacker with a stolen token.
extension CallbackTerms {
    private static let urlLimit = 2_048
    private static let headerLimit = 20
    private static let valueLimit = 4_096
    private static let attemptLimit = 50
    /// Each has a task, and perhaps a connection.
    private static let concurrencies = Callback.concurrencies.clamped(to: 1...64)

    /// - Parameter networks: those that the operator lets such callbacks reach besides the public Internet.
    init(named name: String, _ wish: CallbackWish, _ networks: [IPNetwork]) throws {
        guard Callback.isName(name) else {
            throw Self.unfit(
                "A callback's name has 1 to 64 letters, digits and - _ . alone, such as ledger-2.")
        }
        guard let url = wish.url else { throw Self.unfit("url is missing: where its events go.") }
        self = try CallbackTerms(url: url).changed(by: wish, networks)
    }

    func changed(by wish: CallbackWish, _ networks: [IPNetwork]) throws -> CallbackTerms {
        var terms = self
        if let url = wish.url {
            try Self.check(url, networks)
            terms.url = url
        }
        terms.filter.types = wish.types.over(filter.types)
        terms.filter.chains = wish.chains.over(filter.chains)
        terms.filter.assets = wish.assets.over(filter.assets)
        terms.filter.labels = wish.labels.over(filter.labels)
        if let texts = wish.headers.over(nil) {
            terms.headers = try Self.headers(texts)
        } else if case .ordinary = wish.headers {
            terms.headers = []
        }
        terms.timeout = try Self.bounded("timeout", wish.timeout.over(timeout), Callback.timeouts)
        terms.concurrency = try Self.bounded(
            "concurrency", wish.concurrency.over(concurrency), Self.concurrencies)
        let pauseAfter = wish.pauseAfter.over(pauseAfter)
        terms.pauseAfter = try Self.bounded(
            "pause_after", pauseAfter.map { Int(clamping: $0) }, Callback.patience
        )
        .map(Int64.init)
        terms.schedule = try Self.schedule(wish.schedule.over(schedule))
        return terms
    }

    private static func check(_ text: String, _ networks: [IPNetwork]) throws {
        guard text.utf8.count <= urlLimit, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            !text.contains("#")
        else {
            throw unfit(
                "A callback's url has up to \(urlLimit) ASCII characters, no space and no #; escape others by %."
            )
        }
        for scheme in ["http+unix:", "exec:"] where text.lowercased().hasPrefix(scheme) {
            throw unfit(
                "\(scheme) is for the configuration alone: it opens sockets or runs programs of the daemon's machine."
            )
        }
        let isTLS = text.hasPrefix("https://")
        guard isTLS || text.hasPrefix("http://") else {
            throw unfit(
                "A callback's url begins with https:// (or http://, where api.callback_networks allows it).")
        }
        let parts: URLParts
        do throws(InvalidURL) { parts = try URLParts(text) } catch {
            throw unfit("The url cannot be used: \(error).")
        }
        guard parts.credentials == nil else {
            throw unfit(
                "A callback's url holds no user and password; its receiver trusts the signature, or send headers."
            )
        }
        guard isTLS || !networks.isEmpty else {
            throw unfit(
                "http:// is only for networks that api.callback_networks names, and it names none; use https://."
            )
        }
        // A name is looked up, and judged by, at each connection; an address can be judged at once.
        let host = parts.host.trimmingCharacters(in: ["[", "]"])
        let reach = Reach(ofCallbackTo: text, networks: networks)
        if let why = IPAddress(host).flatMap({ reach.refusal(of: $0) }) { throw unfit("The url is \(why).") }
    }

    private static func headers(_ texts: [String: String]) throws -> [NodeEndpoint.Header] {
        guard texts.count <= headerLimit else {
            throw unfit("\(texts.count) headers are too many; give up to \(headerLimit).")
        }
        guard Set(texts.keys.map { $0.lowercased() }).count == texts.count else {
            throw unfit("Two headers have one name, for upper and lower case are the same; give each once.")
        }
        return try texts.sorted { $0.key < $1.key }.map { name, value in
            if let flaw = Callback.flaw(ofHeaderNamed: name) ?? Callback.flaw(ofValueOfHeader: name, value) {
                throw unfit("headers: \(flaw).")
            }
            guard value.utf8.count <= valueLimit else {
                throw unfit("headers: the value of \(name) has more than \(valueLimit) bytes.")
            }
            return NodeEndpoint.Header(name: name, value: value)
        }
    }

    private static func schedule(_ seconds: [Int64]?) throws -> [Int64]? {
        guard let seconds else { return nil }
        let isFit =
            (1...attemptLimit).contains(seconds.count)
            && seconds.allSatisfy { Callback.delays.contains(Int(clamping: $0)) }
        guard isFit else {
            throw unfit(
                "schedule: give 1 to \(attemptLimit) pauses before attempts, each of 0 to \(Callback.delays.upperBound) seconds."
            )
        }
        return seconds
    }

    private static func bounded(_ what: String, _ value: Int?, _ range: ClosedRange<Int>) throws -> Int? {
        guard let value, !range.contains(value) else { return value }
        throw unfit(
            "\(what) is \(value); give a whole number from \(range.lowerBound) to \(range.upperBound).")
    }

    private static func unfit(_ detail: String) -> CallbackRefusal { CallbackRefusal(.unfit, detail) }
}
