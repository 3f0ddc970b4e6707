import CallbackNotifier
import ChainKit
import DepositAPI
import DepositCore

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
        self.init(
            name: entry.name, endpoint: endpoint, secrets: secrets, events: entry.events,
            schedule: entry.schedule.map { Schedule($0.map(Int64.init)) } ?? .standard,
            timeout: entry.timeoutSeconds ?? 15, concurrency: entry.concurrency ?? 8,
            pauseAfter: entry.pauseAfterSeconds.map(Int64.init) ?? 5 * 86_400)
    }
}

extension CallbackCard {
    init(_ callback: Callback) {
        self.init(name: callback.name, endpoint: "\(callback.endpoint)", events: callback.events)
    }
}

extension CallbackEntry {
    fileprivate func urlText() throws(EndpointError) -> String {
        guard let text = try? url.string() else { throw .unknownScheme("") }
        return text
    }

    /// For people, without secrets.
    var words: String {
        let target = (try? url.string()).flatMap { try? Endpoint($0) }.map { "\($0)" } ?? "?"
        let events = events.map { $0.map(\.rawValue).sorted().joined(separator: ", ") } ?? "all events"
        return "\(target), \(events)"
    }
}

extension APIEntry {
    func address() throws -> ListenAddress {
        guard let listen else { return .standard }
        guard let address = ListenAddress(try listen.string()) else {
            throw listen.fail("expected HOST:PORT, such as 127.0.0.1:8420, or unix:/path/to.sock")
        }
        return address
    }

    /// The tokens; none only where the configuration says `tokens: none` and nobody but this machine can connect.
    func access() throws -> AccessTokens {
        guard let tokens else {
            throw ConfigError(
                file: file, line: nil,
                message: "api.tokens is missing; add api: {tokens: {file: PATH}} with lines such as "
                    + "admin:$(openssl rand -hex 32), or tokens: none to let every user of this machine in")
        }
        let address = try address()
        do {
            guard tokens.isMap else {
                guard try tokens.string() == "none" else {
                    throw tokens.fail("expected {file: PATH}, {env: NAME} or none")
                }
                return try AccessTokens.none(listeningOn: address)
            }
            return try AccessTokens(parsing: try tokens.secret(), file: "api.tokens")
        } catch let error as AccessTokensError {
            throw tokens.fail("\(error)")
        }
    }
}
