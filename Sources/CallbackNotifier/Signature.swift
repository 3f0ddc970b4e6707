internal import Crypto
public import DepositCore
internal import Foundation

/// Standard Webhooks 1.0.0, scheme `v1`: HMAC-SHA256 over `{id}.{timestamp}.{body}`.
public enum Signature {
    /// How far a request's timestamp may lie from the receiver's clock, in seconds.
    public static let tolerance: Int64 = 300

    /// The value of `webhook-signature`: one signature for each secret, so that a receiver that has either accepts it.
    public static func of(id: String, timestamp: Timestamp, body: [UInt8], secrets: [Secret]) -> String {
        let message = message(id, timestamp.seconds, body)
        return secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret.key))
            return "v1," + Data(code).base64EncodedString()
        }.joined(separator: " ")
    }

    /// Checks a request as its receiver should, before its body is believed.
    ///
    /// - Parameters:
    ///   - timestamp: the value of `webhook-timestamp`.
    ///   - signature: the value of `webhook-signature`.
    public static func verify(
        id: String, timestamp: String, signature: String, body: [UInt8], secrets: [Secret], now: Timestamp,
        tolerance: Int64 = Signature.tolerance
    ) throws(SignatureError) {
        guard !id.isEmpty else { throw .noID }
        guard let seconds = Int64(timestamp), timestamp == String(seconds), seconds >= 0 else {
            throw .badTimestamp(timestamp)
        }
        guard seconds <= now.seconds + tolerance else { throw .fromTheFuture(seconds: seconds - now.seconds) }
        guard seconds >= now.seconds - tolerance else { throw .tooOld(seconds: now.seconds - seconds) }
        let message = message(id, seconds, body)
        let codes = signature.split(separator: " ").compactMap { part -> Data? in
            part.hasPrefix("v1,") ? Data(base64Encoded: String(part.dropFirst(3))) : nil
        }
        guard !codes.isEmpty else { throw .noSignature }
        for code in codes {
            for secret in secrets {
                let key = SymmetricKey(data: secret.key)
                if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: key) {
                    return
                }
            }
        }
        throw .wrong
    }

    private static func message(_ id: String, _ seconds: Int64, _ body: [UInt8]) -> [UInt8] {
        Array("\(id).\(seconds).".utf8) + body
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
        case .noSignature: "webhook-signature holds no v1 signature"
        case .wrong:
            "no signature matches: another secret, or a body that is not byte for byte the one that was sent"
        }
    }
}
