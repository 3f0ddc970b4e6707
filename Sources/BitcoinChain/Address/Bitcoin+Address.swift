public import ChainKit
public import DepositCore

extension Bitcoin {
    /// The one spelling of an address on this chain; its key is the exact script.
    ///
    /// Accepted and respelled: Litecoin's old `3…`, Bitcoin Cash's legacy and token-aware forms, uppercase bech32.
    public func address(_ text: String) throws(AddressError) -> Address {
        guard !text.isEmpty, text.utf8.count <= 128, text.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw AddressError(
                "an address is up to 128 letters and digits without spaces; remove what stands around it")
        }
        let script = try script(of: text)
        guard let spelling = spelling(of: script) else {
            throw AddressError(
                "coins sent to this address could be taken by anyone, or by nobody: its form is not in use on "
                    + "\(spec.id); issue an address of an ordinary type")
        }
        return Address(key: script.bytes, text: spelling)
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
            // BIP-141 and BIP-341: beyond version 0, and version 1 with 32 bytes, nothing guards an output yet.
            (version, program.count) == (0, 20) || (version, program.count) == (0, 32)
                || (version, program.count) == (1, 32)
                ? options.bech32.map { SegwitAddress.encode(prefix: $0, version: version, program: program) }
                : nil
        }
    }

    private func cashAddress(_ kind: CashAddress.Kind, _ hash: [UInt8]) -> String? {
        options.cashAddress.map { CashAddress.encode(prefix: $0, kind: kind, hash: hash) }
    }

    private func script(of text: String) throws(AddressError) -> Script {
        let lower = text.lowercased()
        if lower.contains(":") || isCashAddress(lower) { return try cashScript(of: text) }
        if let separator = lower.lastIndex(of: "1"), looksLikeSegwit(lower, prefix: lower[..<separator]) {
            return try segwitScript(of: text)
        }
        return try base58Script(of: text)
    }

    /// Whether a text without a prefix can only be meant as cashaddr: base 58 has neither `0` nor `l`, and ends in 35.
    private func isCashAddress(_ lower: String) -> Bool {
        options.cashAddress != nil && lower.utf8.count >= 42 && Base32.values(lower) != nil
    }

    /// A separator behind a prefix that this chain or another has, and no letter that base 32 lacks.
    private func looksLikeSegwit(_ lower: String, prefix: Substring) -> Bool {
        String(prefix) == options.bech32
            || prefix.utf8.count >= 2 && lower.utf8.count >= 14
                && Base32.values(lower[prefix.endIndex...].dropFirst()) != nil
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
                "deposits to MWEB addresses cannot be seen by anyone but their owner; issue a \(options.bech32 ?? "")1… "
                    + "address instead")
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

    private func base58Script(of text: String) throws(AddressError) -> Script {
        let payload: [UInt8]
        do { payload = try Base58Check.decode(text) } catch {
            throw AddressError(error.cure)
        }
        guard payload.count == 21 else {
            throw AddressError("the address holds \(payload.count - 1) bytes, not 20; give one that a wallet made")
        }
        let hash = Array(payload.dropFirst())
        if payload[0] == options.keyHashVersion { return .publicKeyHash(hash) }
        if options.scriptHashVersions.contains(payload[0]) { return .scriptHash(hash) }
        throw AddressError(
            "the address belongs to another network (version byte \(payload[0])); give one of \(spec.id)")
    }
}
