extension Consensus {
    /// Old versions are refused from the heights on at which the rules that they do not know began.
    func proveVersion(_ header: BlockHeader, at height: UInt64, name: String) throws(BlockFault) {
        // Merge-mined chains keep their number and a mark in the higher bytes.
        let version = merging == nil ? Int32(bitPattern: header.version) : Int32(header.version & 0xff)
        let least = versions.least(at: height)
        guard version >= least else {
            throw .unproven("block \(height) \(name) has version \(version), and \(least) is the least there")
        }
        guard let merging else { return }
        if height < merging.from {
            guard !header.hasAuxiliaryWork else {
                throw .unproven(
                    "block \(height) \(name) is merge-mined, which began at \(merging.from)")
            }
            return
        }
        let isLegacy = header.version == 1 || header.version == 2
        let chain = AuxiliaryWork.chain(of: header.version)
        guard !isLegacy, !merging.isStrict || chain == AuxiliaryWork.chain else {
            throw .unproven(
                "block \(height) \(name) has version \(Hex.text(header.version)), another chain's")
        }
    }

    /// The hash that stands for the work meets the target that the header names.
    func proveWork(of header: RawHeader, at height: UInt64) throws(BlockFault) {
        guard let target = Target(bits: header.facts.bits) else {
            throw ProvenHeaders.fault(
                header, height, "bits \(Hex.text(header.facts.bits)), which no hash meets")
        }
        var worked = header.bytes
        if merging != nil, header.facts.hasAuxiliaryWork {
            guard let auxiliaryWork = header.auxiliaryWork else {
                throw .unproven("block \(height) \(header.hash.text) came without its merge-mining data")
            }
            do throws(BlockFault) {
                try auxiliaryWork.prove(header.hash, isStrict: merging?.isStrict ?? true)
            } catch {
                guard case .unproven(let what) = error else { throw error }
                throw .unproven("block \(height) \(header.hash.text): \(what)")
            }
            worked = auxiliaryWork.parent
        }
        guard
            let hash = hashing == .scrypt ? Scrypt.hash(worked) : worked.withUnsafeBytes({ Hash256(of: $0) })
        else {
            throw .malformed("the work of block \(height) could not be reckoned; free some memory")
        }
        guard target.isMet(by: hash) else {
            throw ProvenHeaders.fault(
                header, height,
                "too little work: its hash is \(hash.text), and its bits \(Hex.text(header.facts.bits)) ask for less"
            )
        }
    }
}
