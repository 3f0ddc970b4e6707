import ChainKit
import DepositAPI

/// Where the API listens and who may use it.
struct APIEntry: Sendable {
    let file: String
    let listen: StrictValue?
    let tokens: StrictValue?

    init(_ value: StrictValue?, file: String) throws {
        self.file = file
        var map = try value?.map()
        listen = map?.optional("listen")
        tokens = map?.optional("tokens")
        try map?.finish()
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
