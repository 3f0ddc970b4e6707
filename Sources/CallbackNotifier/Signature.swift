internal import Crypto
public import DepositCore
internal import Foundation

/// Standard Webhooks 1.0.0 over `{id}.{timestamp}.{body}`: scheme `v1`, HMAC-SHA256, and scheme `v1a`, Ed25519.
public enum Signature {
    /// How far a request's timestamp may lie from the receiver's clock, in seconds.
    public static let tolerance: Int64 = 300

    /// The value of `webhook-signature`: one signature for each secret, so that a receiver that has any of them, or
    /// the public half of one, accepts it.
    public static func of(id: String, timestamp: Timestamp, body: [UInt8], secrets: [Secret]) -> String {
        let message = message(id, timestamp.seconds, body)
        return secrets.map { $0.signature(of: message) }.joined(separator: " ")
    }

    /// Checks a request as its receiver should, before its body is believed: one signature that holds is enough.
    ///
    /// - Parameters:
    ///   - timestamp: the value of `webhook-timestamp`.
    ///   - signature: the value of `webhook-signature`.
    ///   - publicKeys: those of senders that are trusted.
    public static func verify(
        id: String, timestamp: String, signature: String, body: [UInt8], secrets: [Secret],
        publicKeys: [PublicKey] = [], now: Timestamp, tolerance: Int64 = Signature.tolerance
    ) throws(SignatureError) {
        guard !id.isEmpty else { throw .noID }
        guard let seconds = Int64(timestamp), timestamp == String(seconds), seconds >= 0 else {
            throw .badTimestamp(timestamp)
        }
        guard seconds <= now.seconds + tolerance else { throw .fromTheFuture(seconds: seconds - now.seconds) }
        guard seconds >= now.seconds - tolerance else { throw .tooOld(seconds: now.seconds - seconds) }
        let message = message(id, seconds, body)
        let codes = Self.codes("v1", in: signature)
        let signatures = Self.codes("v1a", in: signature)
        guard !codes.isEmpty || !signatures.isEmpty else { throw .noSignature }
        let keys = publicKeys + secrets.compactMap(\.publicKey)
        let isGood =
            secrets.contains { secret in codes.contains { secret.isCode($0, of: message) } }
            || keys.contains { key in signatures.contains { key.holds($0, over: message) } }
        guard isGood else { throw .wrong }
    }

    /// The decoded signatures of one scheme.
    private static func codes(_ scheme: String, in header: String) -> [Data] {
        header.split(separator: " ").compactMap { part in
            part.hasPrefix("\(scheme),") ? Data(base64Encoded: String(part.dropFirst(scheme.count + 1))) : nil
        }
    }

    private static func message(_ id: String, _ seconds: Int64, _ body: [UInt8]) -> [UInt8] {
        Array("\(id).\(seconds).".utf8) + body
    }
}

extension Secret {
    /// With the scheme in front.
    fileprivate func signature(of message: [UInt8]) -> String {
        switch kind {
        case .shared(let key):
            let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))
            return "v1," + Data(code).base64EncodedString()
        case .pair(let key, _):
            guard
                let signature = try? Curve25519.Signing.PrivateKey(rawRepresentation: key).signature(
                    for: message)
            else { preconditionFailure("a key that was taken signs whatever it is given") }
            return "v1a," + signature.base64EncodedString()
        }
    }

    fileprivate func isCode(_ code: Data, of message: [UInt8]) -> Bool {
        guard case .shared(let key) = kind else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: message, using: SymmetricKey(data: key))
    }
}

/// Why a request is not to be believed.
public enum SignatureError: Error, Hashable, Sendable, CustomStringConvertible {
    case noID
    case badTimestamp(String)
    case tooOld(seconds: Int64)
    case fromTheFuture(seconds: Int64)
    case noSignature
    case wrong

    public var description: String {
        switch self {
        case .noID: "webhook-id is missing"
        case .badTimestamp(let text): "webhook-timestamp is \"\(text)\", not whole seconds since 1970"
        case .tooOld(let seconds):
            "webhook-timestamp is \(seconds) s old: a replayed request, or one of the clocks is wrong"
        case .fromTheFuture(let seconds):
            "webhook-timestamp is \(seconds) s ahead: one of the clocks is wrong"
        case .noSignature: "webhook-signature holds no v1 or v1a signature"
        case .wrong:
            "no signature matches: another secret or key, or a body that is not byte for byte the one that was sent"
        }
    }
}
