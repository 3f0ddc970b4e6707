/// What a header is judged by beside the headers below it.
struct Judgement: Sendable {
    let consensus: Consensus
    /// Seconds since 1970; nil where no clock judges, on a chain that is mined at will.
    let now: Int64?
    /// The easiest target that is believed; nil where the rules alone decide.
    var easiest: Target?
    /// Up to here the anchors vouch for the chain: what its work in time was is no question any more.
    var anchored: UInt64 = 0
}

extension ProvenHeaders {
    /// Nodes do not take a block whose time is further ahead. Source: Bitcoin Core, chain.h, `MAX_FUTURE_BLOCK_TIME`.
    static let mostAhead: Int64 = 7_200

    /// Takes a header in, if its parent is known and it meets every rule above it: what is cheap is looked at first.
    ///
    /// - Parameter height: what the node says it is.
    func stand(
        _ header: RawHeader, claimed height: UInt64, under judgement: Judgement
    ) throws(BlockFault) {
        if let known = self[header.hash] {
            return try Self.expect(known.facts.height, claimed: height, header)
        }
        guard let parent = self[header.parent] else {
            throw .unproven(
                "block \(height) \(header.hash.text) stands on \(header.parent.text), to which no proven header leads"
            )
        }
        try Self.expect(parent.facts.height + 1, claimed: height, header)
        let consensus = judgement.consensus
        let found = header.facts.bits
        guard let wanted = bits(of: header, on: parent, consensus) else {
            throw .unproven(
                "block \(height) \(header.hash.text): the headers below it that decide its difficulty are not known, "
                    + "or the rule of its time is not; watch from an anchor of the chain file on")
        }
        guard found == wanted else {
            throw Self.fault(
                header, height, "bits \(Hex.text(found)), and the difficulty rule demands \(Hex.text(wanted))"
            )
        }
        try proveTime(header, height, judgement)
        try consensus.proveVersion(header.facts, at: height, name: header.hash.text)
        try proveFloor(header, height, judgement)
        if let easiest = judgement.easiest { try Self.prove(header, height, noEasierThan: easiest) }
        try consensus.proveWork(of: header, at: height)
        insert(header, at: height)
    }

    private static func expect(
        _ height: UInt64, claimed: UInt64, _ header: RawHeader
    ) throws(BlockFault) {
        guard height == claimed else {
            throw .unproven("block \(header.hash.text) is said to be at \(claimed), and is at \(height)")
        }
    }

    private func bits(of header: RawHeader, on parent: Entry, _ consensus: Consensus) -> UInt32? {
        // From the parent down, as far as the rule has looked: it may go back block by block.
        var (walked, next) = ([parent.facts], parent.parent)
        return consensus.difficulty.bits(on: parent.facts, time: header.facts.time) { height in
            while let lowest = walked.last, lowest.height > height, let entry = self[next] {
                walked.append(entry.facts)
                next = entry.parent
            }
            let depth = parent.facts.height - min(height, parent.facts.height)
            return depth < UInt64(walked.count) ? walked[Int(depth)] : nil
        }
    }

    /// Above the median of the eleven below, and not far ahead of our clock.
    private func proveTime(
        _ header: RawHeader, _ height: UInt64, _ judgement: Judgement
    ) throws(BlockFault) {
        var times: [UInt32] = []
        descend(header.parent) { _, entry in
            times.append(entry.facts.time)
            return times.count < 11
        }
        let time = header.facts.time
        if times.count == 11 || times.count == Int(clamping: height) {
            let median = times.sorted()[times.count / 2]
            guard time > median else {
                throw Self.fault(
                    header, height, "time \(time), not above \(median), the median of the blocks below it")
            }
        }
        if let now = judgement.now, Int64(time) > now + Self.mostAhead {
            throw Self.fault(
                header, height, "time \(time), more than two hours ahead of this machine's clock, \(now)")
        }
        if case .retarget(let rule) = judgement.consensus.difficulty, rule.startsFromFirst,
            height.isMultiple(of: rule.period), let parent = self[header.parent]?.facts.time,
            Int64(time) < Int64(parent) - 600
        {
            throw Self.fault(
                header, height, "time \(time), more than ten minutes below its parent's (BIP-94)")
        }
    }

    private func proveFloor(
        _ header: RawHeader, _ height: UInt64, _ judgement: Judgement
    ) throws(BlockFault) {
        guard let floor = judgement.consensus.floor, height > judgement.anchored,
            let target = Target(bits: header.facts.bits)
        else { return }
        var blocks = [(time: Int64(header.facts.time), work: target.countedWork)]
        let span = Int(judgement.consensus.reach)
        descend(header.parent) { _, entry in
            blocks.append((entry.facts.seconds, entry.work))
            return blocks.count <= span
        }
        guard let shortfall = floor.shortfall(blocks) else { return }
        throw Self.fault(
            header, height,
            "too little work behind it for the time it claims: \(shortfall.found) hashes in its last "
                + "\(floor.span) s, and \(shortfall.wanted) is a quarter of what the blocks before held; "
                + "if the network did lose so much of its work, add a newer anchor to the chain file")
    }

    static func prove(
        _ header: RawHeader, _ height: UInt64, noEasierThan easiest: Target
    ) throws(BlockFault) {
        guard let target = Target(bits: header.facts.bits), target <= easiest else {
            throw fault(
                header, height,
                "bits \(Hex.text(header.facts.bits)), easier than easiest_bits \(Hex.text(easiest.bits)) of the "
                    + "chain file; add a newer anchor there")
        }
    }

    static func fault(_ header: RawHeader, _ height: UInt64, _ what: String) -> BlockFault {
        .unproven("block \(height) \(header.hash.text) has \(what)")
    }
}

extension Hex {
    /// A word in the digits in which people write bits and versions.
    static func text(_ word: UInt32) -> String {
        text(
            [UInt8(truncatingIfNeeded: word >> 24), UInt8(truncatingIfNeeded: word >> 16)]
                + [UInt8(truncatingIfNeeded: word >> 8), UInt8(truncatingIfNeeded: word)])
    }
}
