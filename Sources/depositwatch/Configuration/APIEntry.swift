import CallbackNotifier
import ChainKit
import DepositAPI
import NodeRPC

/// Where the API listens and who may use it.
struct APIEntry: Sendable {
    let file: String
    let listen: StrictValue?
    let tokens: StrictValue?
    private let secretsKey: StrictValue?
    private let callbackNetworks: StrictValue?

    init(_ value: StrictValue?, file: String) throws {
        self.file = file
        var map = try value?.map()
        listen = map?.optional("listen")
        tokens = map?.optional("tokens")
        secretsKey = map?.optional("secrets_key")
        callbackNetworks = map?.optional("callback_networks")
        try map?.finish()
    }
}

extension APIEntry {
    /// What seals the secrets of callbacks made through the API; none can be made without it.
    func key() throws -> SecretsKey? {
        try secretsKey.map { value in
            let text = try value.secret()
            do throws(SecretsKeyError) { return try SecretsKey(text) } catch { throw value.fail("\(error)") }
        }
    }

    /// The networks that callbacks made through the API may reach besides the public Internet.
    func networks() throws -> [IPNetwork] {
        try callbackNetworks?.list().map { value in
            guard let network = IPNetwork(try value.string()) else {
                throw value.fail("expected a network such as 10.20.0.0/16 or fd00::/8, or one address")
            }
            return network
        } ?? []
    }

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
