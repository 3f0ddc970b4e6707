internal import CSecp256k1

/// A made-up sender: a secret key, and the account that it signs for.
package struct EthereumAccount: Sendable {
    /// A signature as a transaction holds it.
    package struct Signature: Sendable {
        package let r: [UInt8]
        package let s: [UInt8]
        package let isOdd: Bool
    }

    /// What the library needs to sign; never changed once it is made.
    private struct Context: @unchecked Sendable {
        let pointer: OpaquePointer?
    }

    private static let context = Context(pointer: secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE)))
    /// As many as a chain of payments needs to look lived in; a key each would cost more than the rest of a block.
    private static let many = (0..<256).map { EthereumAccount("account \($0)") }

    private let secret: [UInt8]
    package let address: [UInt8]

    /// The account with this name, always the same one.
    package init(_ name: String) {
        secret = plainKeccak(Array("key of \(name)".utf8))
        var key = [UInt8](repeating: 0, count: 64)
        let isMade = dw_public_key(Self.context.pointer, secret, &key)
        precondition(isMade == 1, "a hash that is no secret key: one in 2^128")
        address = Array(plainKeccak(key)[12...])
    }

    /// One of a few hundred.
    static func any(_ random: inout SeededRandom) -> EthereumAccount {
        many[Int.random(in: many.indices, using: &random)]
    }

    package func sign(_ hash: [UInt8]) -> Signature {
        var bytes = [UInt8](repeating: 0, count: 64)
        var odd: Int32 = 0
        let isSigned = dw_sign(Self.context.pointer, secret, hash, &bytes, &odd)
        precondition(isSigned == 1, "a key that signs nothing")
        return Signature(r: Array(bytes[..<32]), s: Array(bytes[32...]), isOdd: odd == 1)
    }
}
