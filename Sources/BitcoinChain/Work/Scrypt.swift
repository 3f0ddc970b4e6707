internal import CryptoExtras

/// The hash whose work Litecoin and Dogecoin count: scrypt with N = 1024, r = 1, p = 1, the header as its own salt.
///
/// Source: Litecoin Core, crypto/scrypt.cpp, `scrypt_1024_1_1_256`.
enum Scrypt {
    /// Nil where it could not be reckoned, for want of the 130 KB that it takes.
    static func hash(_ header: [UInt8]) -> Hash256? {
        let key = try? KDF.Scrypt.deriveKey(
            from: header, salt: header, outputByteCount: 32, rounds: 1_024, blockSize: 1, parallelism: 1)
        return key?.withUnsafeBytes { Hash256($0) }
    }
}
