extension Agreement {
    /// Those deposits that enough fresh nodes would each on its own confirm, in blocks that more of them show than
    /// contradict.
    ///
    /// A node's own view of our chain reaches up to the highest block of ours that it shows, and is final up to where
    /// it shows and holds it so: depth, finality and the clocks of a fallback are all read there.
    public func confirmable(among known: [Deposit], on local: HeaderChain) -> [Deposit] {
        let views = views(of: local)
        guard views.count >= quorum else { return [] }
        return known.filter { deposit in
            guard case .detected(let block) = deposit.state, support(block.height) > contest(block.height)
            else { return false }
            let maturity = deposit.transfer.maturity
            return views.count { deposit.requirement.isMet(in: block, maturity: maturity, under: $0) }
                >= quorum
        }
    }

    /// Our chain as each fresh node shows it.
    private func views(of local: HeaderChain) -> [ChainView] {
        fresh.compactMap { word in
            guard let shows = word.shows, let tip = local.header(at: shows) else { return nil }
            return ChainView(tip: tip.block, finalized: word.final)
        }
    }

    /// Under this view nothing is overlooked that `confirmable` would find: the agreed block, and the highest that any
    /// node holds final.
    public func sieve(of local: HeaderChain) -> ChainView? {
        guard let agreed, let tip = local.header(at: agreed) else { return nil }
        let finals = fresh.compactMap(\.final) + (local.finalized.map { [$0] } ?? [])
        return ChainView(tip: tip.block, finalized: finals.max { $0.height < $1.height })
    }
}
