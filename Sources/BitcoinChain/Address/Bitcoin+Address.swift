public import ChainKit
public import DepositCore

extension Bitcoin {
    /// The one spelling of an address on this chain; its key is the exact script.
    ///
    /// Accepted and respelled: Litecoin's old `3…`, Bitcoin Cash's legacy and token-aware forms,
    /// uppercase bech32.
    public func address(_ text: String) throws(AddressError) -> Address {
        guard !text.isEmpty, text.utf8.count <= 128, text.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw AddressError(
                "an address is up to 128 letters and digits without spaces; remove what stands around it")
        }
        let script = try script(of: text)
        guard let spelling = spelling(of: script) else {
            throw AddressError(
                "coins sent to this address could be taken by anyone, or by nobody: its form is not in "
                    + "use on \(spec.id); issue an address of an ordinary type")
        }
        return Address(key: script.bytes, text: spelling)
    }

    /// The canonical address whose coins a script's bytes lock; nil for one that no address may be issued for.
    package func address(ofScript bytes: [UInt8]) -> String? {
        Script(bytes).flatMap(spelling)
    }

    /// The canonical address of a script; nil for one that no address may be issued for.
    func spelling(of script: Script) -> String? {
        switch script {
        case .publicKeyHash(let hash):
            cashAddress(.publicKeyHash, hash) ?? Base58Check.encode([options.keyHashVersion] + hash)
        case .scriptHash(let hash):
            cashAddress(.scriptHash, hash)
                ?? (hash.count == 20 ? Base58Check.encode([options.scriptHashVersions[0]] + hash) : nil)
        case .witness(let version, let program):
            // BIP-141 and BIP-341: beyond version 0, and version 1 with 32 bytes, nothing guards an
            // output yet.
            (version, program.count) == (0, 20) || (version, program.count) == (0, 32)
                || (version, program.count) == (1, 32)
                ? options.bech32.map { SegwitAddress.encode(prefix: $0, version: version, program: program) }
                : nil
        }
    }

    private func cashAddress(_ kind: CashAddress.Kind, _ hash: [UInt8]) -> String? {
        options.cashAddress.map { CashAddress.encode(prefix: $0, kind: kind, hash: hash) }
    }

    /// A right base58 checksum settles it: by its letters alone, a base58 address can pass for another kind.
    private func script(of text: String) throws(AddressError) -> Script {
        let fault: Base58Check.Fault
        switch Result(catching: { () throws(Base58Check.Fault) in try Base58Check.decode(text) }) {
        case .success(let payload): return try base58Script(payload)
        case .failure(let error): fault = error
        }
        let lower = text.lowercased()
        if lower.contains(":") || looksLikeCashAddress(lower) { return try cashScript(of: text) }
        if looksLikeSegwit(lower) { return try segwitScript(of: text) }
        throw AddressError(fault.cure)
    }

    /// A text without a prefix, too long for base 58, on a chain that has such addresses.
    private func looksLikeCashAddress(_ lower: String) -> Bool {
        options.cashAddress != nil && lower.utf8.count >= 42 && Base32.values(lower) != nil
    }

    /// This chain's prefix, or another chain's with no letter behind it that base 32 lacks.
    private func looksLikeSegwit(_ lower: String) -> Bool {
        guard let separator = lower.lastIndex(of: "1") else { return false }
        let (prefix, data) = (lower[..<separator], lower[separator...].dropFirst())
        return String(prefix) == options.bech32
            || prefix.utf8.count >= 2 && data.utf8.count >= 8 && Base32.values(data) != nil
    }
}

extension Bitcoin {
    private func cashScript(of text: String) throws(AddressError) -> Script {
        guard let prefix = options.cashAddress else {
            throw AddressError("a text with a colon is no address of \(spec.id); give the address alone")
        }
        let decoded: (prefix: String, kind: CashAddress.Kind, hash: [UInt8])
        do { decoded = try CashAddress.decode(text, defaultPrefix: prefix) } catch {
            throw AddressError(error.cure)
        }
        guard decoded.prefix == prefix else {
            throw AddressError(
                "the address belongs to another network (\(decoded.prefix)); give one that begins \(prefix):")
        }
        switch decoded.kind {
        case .publicKeyHash, .tokenPublicKeyHash: return .publicKeyHash(decoded.hash)
        case .scriptHash, .tokenScriptHash: return .scriptHash(decoded.hash)
        }
    }

    private func segwitScript(of text: String) throws(AddressError) -> Script {
        guard !isMimblewimble(text) else {
            throw AddressError(
                "deposits to MWEB addresses cannot be seen by anyone but their owner; "
                    + "issue a \(options.bech32 ?? "")1… address instead")
        }
        let decoded: (prefix: String, version: UInt8, program: [UInt8])
        do { decoded = try SegwitAddress.decode(text) } catch {
            throw AddressError(error.cure)
        }
        guard let own = options.bech32 else {
            throw AddressError("\(spec.id) has no segwit addresses; give one that its own wallet made")
        }
        guard decoded.prefix == own else {
            throw AddressError(
                "the address belongs to another network (\(decoded.prefix)); give one that begins \(own)1")
        }
        return .witness(version: decoded.version, program: decoded.program)
    }

    /// `ltcmweb1…` and the test networks' forms of it, which are longer than bech32 allows.
    private func isMimblewimble(_ text: String) -> Bool {
        guard options.format.mweb, let separator = text.lastIndex(of: "1") else { return false }
        return text[..<separator].lowercased().hasSuffix("mweb")
    }

    private func base58Script(_ payload: [UInt8]) throws(AddressError) -> Script {
        guard payload.count == 21 else {
            throw AddressError(
                "the address holds \(payload.count - 1) bytes, not 20; give one that a wallet made")
        }
        let hash = Array(payload.dropFirst())
        if payload[0] == options.keyHashVersion { return .publicKeyHash(hash) }
        if options.scriptHashVersions.contains(payload[0]) { return .scriptHash(hash) }
        throw AddressError(
            "the address belongs to another network (version byte \(payload[0])); give one of \(spec.id)")
    }
}
