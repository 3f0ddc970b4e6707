internal import Crypto
internal import Foundation

/// What a receiver checks `v1a` signatures with: `whpk_` and the base64 of an Ed25519 public key.
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    public init(_ text: String) throws(PublicKeyError) {
        guard text.hasPrefix(Self.prefix) else { throw .noPrefix }
        guard let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))), data.count == 32
        else {
            throw .wrongLength
        }
        bytes = [UInt8](data)
    }

    public var description: String { Self.prefix + Data(bytes).base64EncodedString() }

    func holds(_ signature: Data, over message: [UInt8]) -> Bool {
        let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        return key?.isValidSignature(signature, for: message) ?? false
    }

    private static let prefix = "whpk_"
}

/// Why a text is no public key.
public enum PublicKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    case noPrefix
    case wrongLength

    public var description: String {
        switch self {
        case .noPrefix: "a public key begins with whpk_; GET /.well-known/depositwatch/keys.json has them"
        case .wrongLength: "what follows whpk_ is not the base64 of 32 bytes"
        }
    }
}
