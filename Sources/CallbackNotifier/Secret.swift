internal import Foundation

/// A shared key that signs callbacks. Never shows itself.
public struct Secret: Sendable, Hashable {
    /// The decoded bytes: 24 to 64 of them.
    let key: [UInt8]

    /// - Parameter text: `whsec_` and the base64 of the key, as Standard Webhooks 1.0.0 writes it.
    public init(_ text: String) throws(SecretError) {
        guard text.hasPrefix(Self.prefix) else { throw .noPrefix }
        guard let key = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))) else {
            throw .notBase64
        }
        guard (24...64).contains(key.count) else { throw .wrongLength(key.count) }
        self.key = [UInt8](key)
    }

    private static let prefix = "whsec_"
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "whsec_***" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text is no secret. Does not repeat it.
public enum SecretError: Error, Hashable, Sendable, CustomStringConvertible {
    case noPrefix
    case notBase64
    case wrongLength(Int)

    public var description: String {
        switch self {
        case .noPrefix:
            "a callback's secret begins with whsec_; make one with: echo whsec_$(openssl rand -base64 32)"
        case .notBase64:
            "what follows whsec_ is not base64; make one with: echo whsec_$(openssl rand -base64 32)"
        case .wrongLength(let count):
            "a callback's secret has 24 to 64 bytes behind whsec_, and this one has \(count)"
        }
    }
}
