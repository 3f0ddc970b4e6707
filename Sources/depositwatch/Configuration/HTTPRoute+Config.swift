import CallbackNotifier
import ChainKit
import Foundation
import NodeRPC

extension HTTPRoute {
    /// `ca`, `certificate`, `proxy` and `source` of a callback, and which of them were given.
    static func read(
        _ map: inout StrictMap
    ) throws -> (route: HTTPRoute, given: [(key: String, value: StrictValue)]) {
        var given: [(key: String, value: StrictValue)] = []
        func take(_ key: String) -> StrictValue? {
            let value = map.optional(key)
            if let value { given.append((key, value)) }
            return value
        }
        var route = HTTPRoute()
        route.authorities = try take("ca")?.pem("CERTIFICATE")
        route.certificate = try take("certificate").map { try Certificate($0) }
        route.proxy = try take("proxy").map { try Proxy($0) }
        route.source = try take("source").map { value in
            guard let source = Source(try value.string()) else {
                throw value.fail(
                    "expected an IP address of this machine or the name of an interface, such as eth1")
            }
            return source
        }
        return (route, given)
    }
}

extension HTTPRoute.Certificate {
    fileprivate init(_ value: StrictValue) throws {
        var map = try value.map()
        let chain = try map.required("chain").pem("CERTIFICATE")
        let key = try map.required("key").pem("PRIVATE KEY")
        try map.finish()
        self.init(chain: chain, key: key)
    }
}

extension HTTPRoute.Proxy {
    /// A URL, or a mapping with one.
    fileprivate init(_ value: StrictValue) throws {
        var url = value
        var credentials: Credentials?
        if value.isMap {
            var map = try value.map()
            url = try map.required("url")
            if let user = try map.optional("user")?.string() {
                credentials = Credentials(user: user, password: try map.required("password").secret())
            }
            try map.finish()
        }
        do { try self.init(url.string(), credentials: credentials) } catch let error as InvalidURL {
            throw url.fail("\(error)")
        }
    }
}

extension StrictValue {
    /// The path of a PEM file that can be read and holds what it should.
    fileprivate func pem(_ what: String) throws -> String {
        let path = try string()
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw fail("\(path) cannot be read; check the path and its permissions")
        }
        guard text.contains("-----BEGIN"), text.contains("\(what)-----") else {
            throw fail("\(path) holds no PEM \(what.lowercased()): expected -----BEGIN … \(what)-----")
        }
        guard !text.contains("ENCRYPTED") else {
            throw fail(
                "\(path) is encrypted; take the passphrase off, and let the file's permissions guard it")
        }
        return path
    }
}

extension NodeEndpoint.Header {
    private static let secret: Set<String> = ["authorization", "cookie", "x-api-key"]

    /// A header of a callback: `Authorization: {env: TOKEN}`, or in plain words where it is no secret.
    init(_ name: String, _ value: StrictValue) throws {
        if let flaw = Callback.flaw(ofHeaderNamed: name) { throw value.fail(flaw) }
        let isSecret = value.isMap || Self.secret.contains(name.lowercased())
        let text = isSecret ? try value.secret() : try value.string()
        if let flaw = Callback.flaw(ofValueOfHeader: name, text) { throw value.fail(flaw) }
        self.init(name: name, value: text)
    }
}
