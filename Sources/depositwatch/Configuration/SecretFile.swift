import CallbackNotifier
import ChainKit
import Foundation

/// A callback's secrets in a file, one a line, the newest first.
struct SecretFile {
    private let path: String
    private let lines: [String]
    private let newest: Secret

    init(of entry: CallbackEntry) throws {
        guard let path = try entry.secret.secretFile() else {
            throw entry.secret.fail(
                "only a secret in a file of its own, {file: PATH}, can be rotated here; "
                    + "else put the new one in front of the old one yourself: secret: [{env: NEW}, {env: OLD}]"
            )
        }
        self.path = path
        lines = try entry.secret.secrets()
        do throws(SecretError) { newest = try Secret(lines[0]) } catch { throw entry.secret.fail("\(error)") }
    }

    /// What the receiver is to be given: the new secret, or of a key pair its public key.
    func addNew() throws -> String {
        guard lines.count == 1 else {
            throw Exit(
                code: .usage,
                message: "\(path) holds \(lines.count) secrets: a rotation is under way; end it with --finish"
            )
        }
        let new = newest.successor()
        let shown = try Secret(new).publicKey.map { "\($0)" } ?? new
        try write([new] + lines)
        return shown
    }

    func dropOld() throws {
        guard lines.count > 1 else {
            throw Exit(code: .usage, message: "\(path) holds one secret: no rotation is under way")
        }
        try write([lines[0]])
    }

    /// All or nothing, as readable as it was: a secret that is half written would sign nothing.
    private func write(_ lines: [String]) throws {
        let permissions = PrivateFile.permissions(of: path) ?? 0o600
        let beside = path + ".new"
        // A rotation that was cut off may have left one; a link there is taken away, and not followed.
        unlink(beside)
        do {
            try PrivateFile.write(
                lines.joined(separator: "\n") + "\n", to: beside, permissions: permissions)
            guard rename(beside, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            unlink(beside)
            throw Exit(
                code: .noPermission,
                message: "\(path) cannot be written; nothing has changed. Check its folder's permissions")
        }
    }
}
