import ChainKit
import Foundation

extension StrictValue {
    /// A secret from a file or an environment variable: `{file: /run/credentials/x}` or `{env: NAME}`.
    ///
    /// Never written out in the configuration itself, which tends to be copied about.
    func secret() throws -> String {
        guard isMap else {
            throw fail("a secret is not written here: use {file: PATH} or {env: NAME}")
        }
        var map = try self.map()
        let text: String
        if let file = map.optional("file") {
            let path = try file.string()
            guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw fail("the secret's file \(path) cannot be read")
            }
            text = content
        } else if let env = map.optional("env") {
            let name = try env.string()
            guard let value = ProcessInfo.processInfo.environment[name] else {
                throw fail("the environment variable \(name) is not set")
            }
            text = value
        } else {
            throw fail("a secret needs file: PATH or env: NAME")
        }
        try map.finish()
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if secret.isEmpty { throw fail("the secret is empty") }
        return secret
    }

    /// One secret, or several while they are rotated: a list, or a file with one a line, the newest first.
    func secrets() throws -> [String] {
        let texts = isList ? try list().map { try $0.secret() } : [try secret()]
        return texts.flatMap { text in
            text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        }.filter { !$0.isEmpty }
    }

    /// The file that holds the secret; nil where it stands elsewhere.
    func secretFile() throws -> String? {
        guard isMap else { return nil }
        var map = try self.map()
        return try map.optional("file")?.string()
    }
}
