import ChainKit
import DepositCore
import DepositStore
import Foundation
import NodeRPC

/// The operator's configuration, read strictly: an unknown key or a missing secret is an error that names the line.
struct Configuration: Sendable {
    let store: Store.Place
    let chains: [WatchedChain]
    let callbacks: [CallbackEntry]
    let api: APIEntry
    /// Every file that a secret is read from.
    let secretFiles: [String]

    /// Reads the file at `path`.
    init(at path: String, families: [any Chain.Type]) throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigError(
                file: path, line: nil, message: "cannot be read; check the path and its permissions")
        }
        try self.init(text, file: path, shipped: Installation.chains, families: families)
    }

    /// - Parameter shipped: the folder of chain files that comes with the product.
    init(_ text: String, file: String, shipped: String, families: [any Chain.Type]) throws {
        let whole = try StrictValue(parsing: text, file: file)
        secretFiles = whole.secretFiles
        var map = try whole.map()
        store = try Self.store(map.optional("store"))
        let own = try map.optional("chain_files")?.string()
        let files = try ChainFiles(folders: [shipped] + (own.map { [$0] } ?? []), families: families)
        chains = try Self.chains(map.required("chains"), files)
        callbacks = try Self.callbacks(map.optional("callbacks"), chains)
        api = try APIEntry(map.optional("api"), file: file)
        try map.finish()
    }

    private static func store(_ value: StrictValue?) throws -> Store.Place {
        guard let value else { return .file(defaultStore) }
        let text = try value.string()
        guard text.hasPrefix("sqlite:"), text.count > 7 else {
            throw value.fail("expected sqlite:/path/to/deposits.db")
        }
        return .file(String(text.dropFirst(7)))
    }

    /// `$XDG_STATE_HOME/depositwatch/deposits.db`, by the XDG base directory specification.
    private static var defaultStore: String {
        let environment = ProcessInfo.processInfo.environment
        let state = environment["XDG_STATE_HOME"] ?? "\(NSHomeDirectory())/.local/state"
        return "\(state)/depositwatch/deposits.db"
    }

    private static func chains(_ value: StrictValue, _ files: ChainFiles) throws -> [WatchedChain] {
        let chains = try value.map().entries.map { name, _, entry in
            try WatchedChain(name, entry, files)
        }
        if chains.isEmpty {
            throw value.fail("name at least one chain, such as ethereum: {nodes: [http://…]}")
        }
        return chains
    }

    private static func callbacks(
        _ value: StrictValue?, _ chains: [WatchedChain]
    ) throws -> [CallbackEntry] {
        try value?.map().entries.map { try CallbackEntry($0.key, $0.value, chains: chains) } ?? []
    }
}

extension NodeEndpoint {
    /// A URL, or a mapping with one.
    init(_ value: StrictValue) throws {
        guard value.isMap else {
            self = try Self.endpoint(value.string(), at: value)
            return
        }
        var map = try value.map()
        let url = try map.required("url").string()
        var credentials: Credentials?
        if let user = try map.optional("user")?.string() {
            credentials = Credentials(user: user, password: try map.required("password").secret())
        }
        let headers = try map.optional("headers")?.map().entries.map { name, _, entry in
            Header(name: name, value: try entry.secret())
        }
        let rate = try map.optional("requests_per_second")?.integer(1...1_000_000)
        let timeout = try map.optional("timeout")?.seconds(1...600)
        try map.finish()
        self = try Self.endpoint(
            url, at: value, credentials: credentials, headers: headers ?? [], requestsPerSecond: rate,
            timeout: timeout)
    }

    private static func endpoint(
        _ url: String, at value: StrictValue, credentials: Credentials? = nil, headers: [Header] = [],
        requestsPerSecond: Int? = nil, timeout: Int? = nil
    ) throws -> NodeEndpoint {
        do throws(InvalidURL) {
            return try NodeEndpoint(
                url, credentials: credentials, headers: headers, requestsPerSecond: requestsPerSecond,
                timeout: timeout)
        } catch {
            throw value.fail("\(error)")
        }
    }
}
