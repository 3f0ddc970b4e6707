internal import ChainKit
internal import DepositCore
internal import NodeRPC
internal import Synchronization

/// Whether a node serves blocks over REST, which spares both sides the hex digits.
enum RESTOffer {
    case unknown, offered, absent
    /// It was offered, and a block that came that way did not hold: never asked for again.
    case broken
}

extension BitcoinAdapter {
    /// Blocks that are asked for at the same time. Few, for they are megabytes, and the engine asks for parts of a
    /// stretch at the same time as well.
    private static let inFlight = 2

    /// Asks for block 0 over REST. A pruned node lacks that one alone: the first block that is needed tells then.
    func probe() async throws(NodeError) -> [Capability] {
        if case .broken = rest.withLock({ $0 }) { return [Capability("REST", isOffered: false)] }
        let found: RESTOffer
        do throws(NodeError) {
            try await proveGenesisByREST()
            found = .offered
        } catch {
            if case .missing = error.fault { found = .unknown } else { found = .absent }
        }
        rest.withLock { $0 = found }
        return [Capability("REST", isOffered: found == .offered)]
    }

    private func proveGenesisByREST() async throws(NodeError) {
        let genesis = chain.network.anchors[0].hash
        try await node.get("/rest/block/\(genesis).bin") { bytes throws(NodeError) in
            try self.node.proving(bytes) { bytes throws(BlockFault) in
                var reader = ByteReader(bytes)
                let hash = try BlockHeader(&reader).hash
                guard hash.text == genesis.text else { throw .unproven("block 0 has the hash \(hash.text)") }
            }
        }
    }

    func blocks(_ headers: [Header], watching: Watchlist) async throws(NodeError) -> [Block] {
        guard let first = headers.first else { return [] }
        guard case .unknown = rest.withLock({ $0 }) else { return try await together(headers[...], watching) }
        // The first block, alone, finds out whether there is REST.
        let block = try await block(first, watching)
        return try await [block] + together(headers.dropFirst(), watching)
    }

    private func together(
        _ headers: ArraySlice<Header>, _ watching: Watchlist
    ) async throws(NodeError) -> [Block] {
        try await withTaskGroup(of: (Int, Result<Block, NodeError>).self) {
            group -> Result<[Block], NodeError> in
            var waiting = headers.indices
            var blocks: [Int: Block] = [:]
            func ask() {
                guard let index = waiting.popFirst() else { return }
                group.addTask { (index, await self.outcome(headers[index], watching)) }
            }
            for _ in 0..<Self.inFlight { ask() }
            for await (index, outcome) in group {
                switch outcome {
                case .success(let block):
                    blocks[index] = block
                    ask()
                case .failure(let error):
                    group.cancelAll()
                    return .failure(error)
                }
            }
            return .success(headers.indices.compactMap { blocks[$0] })
        }.get()
    }

    private func outcome(_ header: Header, _ watching: Watchlist) async -> Result<Block, NodeError> {
        do throws(NodeError) { return .success(try await block(header, watching)) } catch {
            return .failure(error)
        }
    }

    private func block(_ header: Header, _ watching: Watchlist) async throws(NodeError) -> Block {
        switch rest.withLock({ $0 }) {
        case .absent, .broken:
            return try await blockByRPC(header, watching)
        case .offered:
            do throws(NodeError) { return try await blockByREST(header, watching) } catch {
                switch error.fault {
                // Where the whole node is out of reach, its JSON-RPC says so too.
                case .missing, .unreachable: break
                case .malformed, .unproven, .tooLarge: rest.withLock { $0 = .broken }
                // Until the next probe.
                case .http, .unauthorized, .timedOut, .broken: rest.withLock { $0 = .absent }
                default: throw error
                }
                return try await blockByRPC(header, watching)
            }
        case .unknown:
            // Whatever goes wrong, a page of a proxy included, only means that this is no way to get blocks.
            if let block = try? await blockByREST(header, watching) {
                rest.withLock { $0 = .offered }
                return block
            }
            let block = try await blockByRPC(header, watching)
            rest.withLock { $0 = .absent }
            return block
        }
    }

    private func blockByREST(_ header: Header, _ watching: Watchlist) async throws(NodeError) -> Block {
        try await node.get("/rest/block/\(header.hash).bin") { bytes throws(NodeError) in
            try self.node.proving(bytes) { bytes throws(BlockFault) in
                try self.chain.block(header, from: bytes, watching: watching)
            }
        }
    }
}

extension Node {
    /// Reads an answer whose faults are this node's.
    func proving<Value>(
        _ bytes: UnsafeRawBufferPointer, _ read: (UnsafeRawBufferPointer) throws(BlockFault) -> Value
    ) throws(NodeError) -> Value {
        do throws(BlockFault) { return try read(bytes) } catch {
            switch error {
            case .malformed(let what): throw fault(.malformed(what))
            case .unproven(let what): throw fault(.unproven(what))
            }
        }
    }

    func proving<Value>(
        _ bytes: [UInt8], _ read: (UnsafeRawBufferPointer) throws(BlockFault) -> Value
    ) throws(NodeError) -> Value {
        try bytes.withUnsafeBytes { bytes in
            Result { () throws(NodeError) in try proving(bytes, read) }
        }.get()
    }
}
