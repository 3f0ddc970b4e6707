internal import Crypto
internal import Foundation

/// A key that signs callbacks, as Standard Webhooks 1.0.0 writes it: `whsec_` for one that the receiver shares (scheme
/// `v1`), `whsk_` for one that nobody else has (scheme `v1a`, Ed25519). Never shows itself.
public struct Secret: Sendable, Hashable {
    enum Kind: Hashable {
        /// The decoded bytes: 24 to 64 of them.
        case shared([UInt8])
        /// The 32 bytes that RFC 8032 calls the private key.
        case pair([UInt8], PublicKey)
    }

    let kind: Kind

    /// - Parameter text: `whsec_` and the base64 of the key, or `whsk_` and the base64 of an Ed25519 private key: its
    ///   32 bytes, or those and the 32 of its public key behind them.
    public init(_ text: String) throws(SecretError) {
        let isShared = text.hasPrefix(Self.shared)
        guard isShared || text.hasPrefix(Self.pair) else { throw .noPrefix }
        let encoded = String(text.dropFirst(isShared ? Self.shared.count : Self.pair.count))
        guard let bytes = Data(base64Encoded: encoded).map({ [UInt8]($0) }) else { throw .notBase64 }
        if isShared {
            guard (24...64).contains(bytes.count) else { throw .wrongLength(bytes.count) }
            kind = .shared(bytes)
        } else {
            kind = try Self.pair(bytes)
        }
    }

    private static func pair(_ bytes: [UInt8]) throws(SecretError) -> Kind {
        guard bytes.count == 32 || bytes.count == 64,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.prefix(32))
        else { throw .wrongKeyLength(bytes.count) }
        let publicKey = PublicKey(bytes: [UInt8](key.publicKey.rawRepresentation))
        guard bytes.count == 32 || bytes.suffix(32) == publicKey.bytes[...] else { throw .notAPair }
        return .pair(Array(bytes.prefix(32)), publicKey)
    }

    /// A new one of the same kind, by the system's random numbers: its text, to be kept and shown once.
    public func successor() -> String {
        switch kind {
        case .shared: Self.random()
        case .pair:
            Self.pair + Curve25519.Signing.PrivateKey().rawRepresentation.base64EncodedString()
        }
    }

    /// The text of a new shared secret of 32 bytes, by the system's random numbers.
    public static func random() -> String {
        shared + SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
    }

    /// Of a key pair, the half that receivers check with.
    public var publicKey: PublicKey? {
        if case .pair(_, let key) = kind { key } else { nil }
    }

    private static let shared = "whsec_"
    private static let pair = "whsk_"
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { publicKey == nil ? "whsec_***" : "whsk_***" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text is no secret. Does not repeat it.
public enum SecretError: Error, Hashable, Sendable, CustomStringConvertible {
    case noPrefix
    case notBase64
    case wrongLength(Int)
    case wrongKeyLength(Int)
    case notAPair

    public var description: String {
        switch self {
        case .noPrefix:
            "a callback's secret begins with whsec_ (or whsk_ for Ed25519); "
                + "make one with: echo whsec_$(openssl rand -base64 32)"
        case .notBase64:
            "what follows the prefix of the secret is not base64; "
                + "make one with: echo whsec_$(openssl rand -base64 32)"
        case .wrongLength(let count):
            "a callback's secret has 24 to 64 bytes behind whsec_, and this one has \(count)"
        case .wrongKeyLength(let count):
            "an Ed25519 key has 32 bytes behind whsk_, or 64 with its public key, and this one has \(count)"
        case .notAPair:
            "the two halves behind whsk_ are not one key pair; give the first 32 bytes alone"
        }
    }
}
