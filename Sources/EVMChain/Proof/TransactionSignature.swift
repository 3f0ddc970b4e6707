internal import CSecp256k1
internal import NodeRPC

/// A transaction's signature by its sender's key (Yellow Paper, appendix F): only that key's owner can have made it.
struct TransactionSignature {
    let r: Bytes32
    let s: Bytes32
    /// Whether the y of the signature's point is odd.
    let isOdd: Bool
    /// What a legacy transaction was signed for since EIP-155; nil before, and for the other types, which hold it.
    let chainID: UInt64?

    /// Nil where `v`, `r` and `s` are no signature: an unsigned message of a chain's own, in the form of a legacy
    /// transaction.
    init?(of transaction: AnswerObject<TransactionField>, isLegacy: Bool) throws(Flaw) {
        guard let r = try transaction.hex(.r).word, let s = try transaction.hex(.s).word,
            let v = try transaction.hex(!isLegacy && transaction.has(.yParity) ? .yParity : .v).unsigned
        else { return nil }
        switch (isLegacy, v) {
        case (false, 0...1): (isOdd, chainID) = (v == 1, nil)
        case (true, 27...28): (isOdd, chainID) = (v == 28, nil)
        case (true, 35...): (isOdd, chainID) = (v % 2 == 0, (v - 35) / 2)
        default: return nil
        }
        (self.r, self.s) = (r, s)
    }

    /// Whose key signed this hash; nil where no key can have.
    func signer(of hash: Bytes32) -> AccountBytes? {
        withUnsafeTemporaryAllocation(byteCount: 160, alignment: 8) { bytes in
            var place = 0
            for word in [hash, r, s] {
                word.withBytes {
                    UnsafeMutableRawBufferPointer(rebasing: bytes[place..<place + 32]).copyMemory(from: $0)
                }
                place += 32
            }
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                dw_recover(start, start + 32, isOdd ? 1 : 0, start + 96) == 1
            else { return nil }
            let key = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[96...])
            return Keccak256.hash(key).withBytes { AccountBytes($0, from: 12) }
        }
    }
}

extension TransactionEncoding {
    /// Who signed the transaction: the key's account, as it follows from content and signature.
    ///
    /// Signed is all but the signature itself; by EIP-155 a legacy transaction's chain id and two empty strings in its
    /// place.
    ///
    /// - Parameter writer: used for the signed message alone.
    /// - Returns: nil for a type that is not signed, and where there is no valid signature.
    func signer(
        of transaction: AnswerObject<TransactionField>, _ writer: inout RLPWriter
    ) throws(Flaw) -> AccountBytes? {
        guard isSigned, let signature = try TransactionSignature(of: transaction, isLegacy: type == nil)
        else {
            return nil
        }
        writer.reset()
        if let type { writer.raw(type) }
        let list = writer.beginList()
        for part in parts.dropLast(signatureParts) { try write(part, of: transaction, &writer) }
        if let chainID = signature.chainID {
            writer.number(chainID)
            writer.raw(0x80)
            writer.raw(0x80)
        }
        writer.endList(list)
        return signature.signer(of: Keccak256.hash(writer.bytes))
    }
}
