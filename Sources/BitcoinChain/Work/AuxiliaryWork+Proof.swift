extension AuxiliaryWork {
    /// Dogecoin's number among the chains that are mined together.
    static let chain: UInt32 = 0x62
    private static let mark: [UInt8] = [0xfa, 0xbe, 0x6d, 0x6d]
    private static let mostChains = 30
    /// A root without the mark before it must begin within so many bytes.
    private static let lastUnmarked = 20

    /// The number that a version names.
    static func chain(of version: UInt32) -> UInt32 { version >> 16 }

    /// Proves that the work was done for the header with this hash, and can stand for no other block of its chain.
    ///
    /// How much work it is, is not looked at. Source: Dogecoin Core, auxpow.cpp, `CAuxPow::check`.
    func prove(_ hash: Hash256, isStrict: Bool) throws(BlockFault) {
        guard index == 0 else { throw Self.fault("the transaction that names it is not its parent's first") }
        let version = UInt32(littleEndian: parent.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) })
        guard !isStrict || Self.chain(of: version) != Self.chain else {
            throw Self.fault("its parent is a block of the same chain")
        }
        guard chainBranch.count <= Self.mostChains else {
            throw Self.fault("it names more than 2^\(Self.mostChains) chains")
        }
        let root = Self.fold(hash, chainBranch, chainIndex)
        guard Self.fold(coinbase.id, branch, index) == parent.withUnsafeBytes({ Hash256($0, at: 36) }) else {
            throw Self.fault("its parent's merkle root does not hold the transaction that names it")
        }
        try proveSlot(behind: place(of: root))
    }

    /// Where the root of the chains' tree ends in the script.
    private func place(of root: Hash256) throws(BlockFault) -> Int {
        let script = coinbase.script
        guard let at = Self.first(root.bytes.reversed(), in: script, from: 0) else {
            throw Self.fault("its parent does not name it")
        }
        if let mark = Self.first(Self.mark, in: script, from: 0) {
            guard Self.first(Self.mark, in: script, from: mark + 1) == nil else {
                throw Self.fault("its parent marks more than one root")
            }
            guard mark + Self.mark.count == at else {
                throw Self.fault("its parent marks another root than that which names it")
            }
        } else if at > Self.lastUnmarked {
            throw Self.fault("its parent names it too late, and without a mark")
        }
        return at + 32
    }

    /// Behind the root: how many chains there are room for, and a number that with the chain's own gives its slot.
    private func proveSlot(behind offset: Int) throws(BlockFault) {
        let rest = coinbase.script.dropFirst(offset).prefix(8)
        guard rest.count == 8 else { throw Self.fault("its parent does not say how many chains there are") }
        func number(_ bytes: some BidirectionalCollection<UInt8>) -> UInt32 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        let size = number(rest.prefix(4))
        guard size == UInt32(1) << chainBranch.count else {
            throw Self.fault("its parent's number of chains does not fit its branch")
        }
        var slot = number(rest.suffix(4)) &* 1_103_515_245 &+ 12_345
        slot = (slot &+ Self.chain) &* 1_103_515_245 &+ 12_345
        guard chainIndex == slot % size else {
            throw Self.fault("it stands in slot \(chainIndex) of its parent's chains, not in \(slot % size)")
        }
    }

    /// The root above a leaf: bit by bit of the index, the branch's hash stands on the left or on the right.
    static func fold(_ leaf: Hash256, _ branch: [Hash256], _ index: UInt32) -> Hash256 {
        var (hash, index) = (leaf, index)
        for other in branch {
            let pair = index & 1 == 1 ? other.bytes + hash.bytes : hash.bytes + other.bytes
            hash = pair.withUnsafeBytes { Hash256(of: $0) }
            index >>= 1
        }
        return hash
    }

    private static func first(_ wanted: [UInt8], in script: [UInt8], from start: Int) -> Int? {
        guard script.count >= wanted.count, start <= script.count - wanted.count else { return nil }
        return (start...(script.count - wanted.count)).first { script[$0...].starts(with: wanted) }
    }

    private static func fault(_ what: String) -> BlockFault {
        .unproven("its merge-mined work does not hold: \(what)")
    }
}
