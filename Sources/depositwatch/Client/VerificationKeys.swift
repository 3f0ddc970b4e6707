import CallbackNotifier
import Foundation

/// What a command signs or verifies with: the words of the environment variable DEPOSITWATCH_SECRET.
struct VerificationKeys {
    var secrets: [Secret] = []
    var publicKeys: [PublicKey] = []

    static func ofEnvironment() throws -> VerificationKeys {
        let words = ProcessInfo.processInfo.environment["DEPOSITWATCH_SECRET"]?.split(separator: " ") ?? []
        guard !words.isEmpty else {
            throw Exit(
                code: .usage,
                message:
                    "set DEPOSITWATCH_SECRET to the callback's secret, whsec_…, or its public key, whpk_…")
        }
        var keys = VerificationKeys()
        for word in words.map(String.init) {
            do {
                if word.hasPrefix("whpk_") {
                    keys.publicKeys.append(try PublicKey(word))
                } else {
                    keys.secrets.append(try Secret(word))
                }
            } catch {
                throw Exit(code: .configuration, message: "DEPOSITWATCH_SECRET: \(error)")
            }
        }
        return keys
    }
}

/// The body that a command is given: a file's, or standard input's.
func bodyData(_ path: String?) throws -> Data {
    guard let path else { return FileHandle.standardInput.readDataToEndOfFile() }
    guard let data = FileManager.default.contents(atPath: path) else {
        throw Exit(code: .usage, message: "\(path) cannot be read")
    }
    return data
}
