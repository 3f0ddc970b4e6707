internal import Crypto
internal import Foundation

/// The key that seals what is secret of callbacks made through the API, so that a copy of the store gives nothing away.
/// Never shows itself.
public struct SecretsKey: Sendable {
    /// What a sealed text is. One opens as what it was sealed as, for the callback that it was sealed for, and in no
    /// other way: a row that is moved about in the store gives nothing away.
    public enum Purpose: String, Sendable {
        case secret, headers
    }

    private let key: SymmetricKey

    /// - Parameter text: the base64 of 32 bytes.
    public init(_ text: String) throws(SecretsKeyError) {
        guard let bytes = Data(base64Encoded: text), bytes.count == 32 else { throw .notAKey }
        key = SymmetricKey(data: bytes)
    }

    /// ChaCha20-Poly1305 (RFC 8439) under a nonce of chance: nonce, text and tag in one.
    public func seal(_ text: String, as purpose: Purpose, of callback: String) -> [UInt8] {
        let box = try? ChaChaPoly.seal(
            Data(text.utf8), using: key, authenticating: Self.label(purpose, callback))
        guard let box else { preconditionFailure("a key of 32 bytes seals whatever it is given") }
        return [UInt8](box.combined)
    }

    /// Nil where it was sealed by another key, as something else, for another callback, or was changed since.
    public func open(_ sealed: [UInt8], as purpose: Purpose, of callback: String) -> String? {
        guard let box = try? ChaChaPoly.SealedBox(combined: sealed),
            let text = try? ChaChaPoly.open(box, using: key, authenticating: Self.label(purpose, callback))
        else { return nil }
        return String(data: text, encoding: .utf8)
    }

    private static func label(_ purpose: Purpose, _ callback: String) -> Data {
        Data("depositwatch callback \(purpose.rawValue) \(callback)".utf8)
    }
}

extension SecretsKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "secrets key" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text is no such key. Does not repeat it.
public enum SecretsKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    case notAKey

    public var description: String {
        "this key is the base64 of 32 bytes; make one with: openssl rand -base64 32"
    }
}
