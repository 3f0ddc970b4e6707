internal import ChainKit

/// The spellings of an account's 20 bytes. Canonical is `0x` and 40 lowercase digits, which every node
/// understands.
enum EVMAddress {
    /// Reads `0x` and 40 hex digits; digits of mixed case must be right by EIP-55, a single case carries no
    /// checksum.
    static func parse(_ text: String) throws(AddressError) -> AccountBytes {
        guard text.hasPrefix("0x") else {
            throw AddressError("an address begins with 0x; found \(text.prefix(60))")
        }
        guard let account = AccountBytes(text) else {
            throw AddressError("an address is 0x and 40 hex digits; found \(text.prefix(60))")
        }
        let digits = text.utf8.dropFirst(2)
        let hasUpper = digits.contains { (0x41...0x46).contains($0) }
        let hasLower = digits.contains { (0x61...0x66).contains($0) }
        guard !(hasUpper && hasLower) || text == checksummed(account) else {
            throw AddressError(
                "\(text) has a wrong EIP-55 checksum (the case of its letters), so a digit may be mistyped; "
                    + "ask for it again, or write it in lowercase if it is surely right")
        }
        return account
    }

    /// EIP-55: a letter is upper case where the hash of the lowercase digits has a nibble of 8 or more.
    static func checksummed(_ account: AccountBytes) -> String {
        let digits = Array(account.text.utf8.dropFirst(2))
        let hash = Keccak256.hash(digits).withBytes { Array($0) }
        let text = digits.enumerated().map { index, digit in
            let nibble = index % 2 == 0 ? hash[index / 2] >> 4 : hash[index / 2] & 15
            return nibble >= 8 && digit >= 0x61 ? digit - 0x20 : digit
        }
        return "0x" + String(decoding: text, as: UTF8.self)
    }
}
