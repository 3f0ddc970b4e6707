import CallbackNotifier
import ChainKit
import DepositCore
import Foundation
import Testing

@testable import depositwatch

/// A rotation as a receiver lives through it.
@Suite struct SecretFileTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path

    private func entry(_ secret: String? = nil) throws -> CallbackEntry {
        let text = "{url: \"https://l.example/h\", secret: \(secret ?? "{file: \(path)}")}"
        return try CallbackEntry("ledger", StrictValue(parsing: text, file: "depositwatch.yaml"), chains: [])
    }

    private func write(_ text: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    }

    /// Whether a receiver that has only this one takes what the daemon signs after its next start.
    private func isTaken(by receiver: String) throws -> Bool {
        let secrets = try Callback(entry()).secrets
        let now = Timestamp(seconds: 1_700_000_000)
        let signature = Signature.of(id: "evt_1", timestamp: now, body: [1], secrets: secrets)
        let isKey = receiver.hasPrefix("whpk_")
        do {
            try Signature.verify(
                id: "evt_1", timestamp: "\(now.seconds)", signature: signature, body: [1],
                secrets: isKey ? [] : [try Secret(receiver)],
                publicKeys: isKey ? [try PublicKey(receiver)] : [],
                now: now)
            return true
        } catch { return false }
    }

    @Test(arguments: [
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=",
    ])
    func `at every step of a rotation a receiver has a secret that verifies`(secret: String) throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try write(secret + "\n")
        let old = try Secret(secret).publicKey.map { "\($0)" } ?? secret
        #expect(throws: Exit.self) { try SecretFile(of: entry()).dropOld() }
        let new = try SecretFile(of: entry()).addNew()
        #expect(new != old)
        #expect(try isTaken(by: old) && isTaken(by: new))
        #expect(throws: Exit.self) { try SecretFile(of: entry()).addNew() }
        try SecretFile(of: entry()).dropOld()
        #expect(try isTaken(by: new) && !isTaken(by: old))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    }

    @Test func `a secret that is in no file of its own is not rotated here, and how to is said`() throws {
        let error = try #require(throws: ConfigError.self) { try SecretFile(of: entry("{env: HOME}")) }
        #expect(error.message.contains("secret: [{env: NEW}, {env: OLD}]"))
    }

    @Test func `a file that cannot be written changes nothing`() throws {
        try write("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let secrets = try SecretFile(of: entry())
        try FileManager.default.createDirectory(atPath: path + ".new", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path + ".new") }
        let exit = try #require(throws: Exit.self) { try secrets.addNew() }
        #expect(exit.message.contains("nothing has changed"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    }
}
