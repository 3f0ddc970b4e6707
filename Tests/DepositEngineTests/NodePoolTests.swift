import ChainKit
import DepositCore
import DepositEngine
import DepositTestKit
import Testing

/// What the daemon makes of nodes that are limited, foreign, lacking, or stand still.
@Suite(.timeLimit(.minutes(5))) struct NodePoolTests {
    private func refusal(_ daemon: TestDaemon) -> String? {
        if case .refused(let why) = daemon.health.state { why } else { nil }
    }

    @Test(arguments: TestChain.Family.allCases)
    func `a node of the right chain with a wrong anchor is refused, and taken once it shows the right one`(
        family: TestChain.Family
    ) async throws {
        let chain = try TestChain(family)
        try chain.mine(count: 4)
        let zeros = String(repeating: "0", count: 64)
        let wrong = family == .evm ? "0x" + zeros : zeros
        let hash = try chain.headers()[2].hash.text
        for (anchor, isTaken) in [(wrong, false), (hash, true)] {
            let daemon = try await TestDaemon(
                chain, watching: [],
                chainFile: chain.file.replacing(#""}"#, with: #"", anchors: {2: "\#(anchor)"}}"#))
            try await daemon.running {
                let isDecided = await daemon.clock.steps {
                    isTaken ? (try? await daemon.scanned?.height) == 4 : refusal(daemon) != nil
                }
                #expect(isDecided, "\(daemon.health)")
                guard !isTaken else { return }
                #expect(
                    refusal(daemon)?.contains("expected block 2 \(anchor), found block 2 \(hash)") == true)
                let scanned = try await daemon.scanned
                #expect(scanned == nil)
            }
        }
    }

    @Test func `a node is asked again who it is after its connection broke`() async throws {
        let chain = try TestChain(.evm)
        let node = chain.node("a")
        try chain.mine(count: 2)
        let daemon = try await TestDaemon(chain, nodes: [node], watching: [])
        try await daemon.running {
            #expect(try await daemon.reachesHead())
            #expect(node.asked("eth_chainId") == 1)
            node.inflict(.unreachable, times: 1)
            node.inflict(.answers(#""0x1""#), on: "eth_chainId")
            try chain.mine()
            #expect(await daemon.clock.steps(atMost: 20) { refusal(daemon) != nil })
            #expect(refusal(daemon)?.contains("expected chain id 31337, found chain id 1") == true)
            node.cure()
            #expect(try await daemon.reachesHead())
        }
    }

    @Test func `a node is asked again who it is after a day`() async throws {
        let chain = try TestChain(.bitcoin)
        let node = chain.node("a")
        let daemon = try await TestDaemon(chain, nodes: [node], watching: [])
        try await daemon.running {
            #expect(try await daemon.reachesHead())
            let asked = node.asked("getblockchaininfo")
            try chain.mine()
            #expect(try await daemon.reachesHead())
            #expect(node.asked("getblockchaininfo") == asked)
            daemon.clock.skip(seconds: 86_400)
            try chain.mine()
            #expect(try await daemon.reachesHead())
            #expect(node.asked("getblockchaininfo") == asked + 1)
        }
    }

    @Test func `a peer that follows another chain is complained of, and is no trouble of the chain`()
        async throws
    {
        let chain = try TestChain(.evm)
        let nodes = [chain.node("a"), chain.node("b")]
        nodes[1].inflict(.answers(#""0x1""#), on: "eth_chainId")
        try chain.mine(count: 2)
        let daemon = try await TestDaemon(chain, nodes: nodes, watching: [])
        try await daemon.running {
            let isReached = try await daemon.reachesHead()
            #expect(isReached)
            #expect(await daemon.clock.steps { daemon.nodes[1].complaint != nil })
            #expect(daemon.health.trouble == nil)
        }
    }

    @Test func `a node without the traces that the chain file asks for is refused, and says what to do`()
        async throws
    {
        let chain = try TestChain(.evm)
        try chain.mine(count: 2)
        let node = chain.node("a")
        node.inflict(
            .refuses(code: -32_601, message: "the method is not available"), on: "debug_traceBlockByHash")
        let daemon = try await TestDaemon(
            chain, nodes: [node], watching: [],
            chainFile: chain.file + "\noptions: {internal_transfers: call_tracer}")
        try await daemon.running {
            #expect(await daemon.clock.steps { refusal(daemon) != nil })
            #expect(refusal(daemon)?.contains("it has no debug_traceBlockByHash") == true)
            #expect(refusal(daemon)?.contains("switch its debug API on") == true)
            let scanned = try await daemon.scanned
            #expect(scanned == nil)
        }
    }

    @Test func `what is odd about a node and decides nothing is told beside it`() async throws {
        let chain = try TestChain(.bitcoin)
        let node = chain.node("a")
        try chain.mine(count: 2)
        node.inflict(
            .answers(#"{"chain":"regtest","blocks":2,"headers":2,"pruned":true,"pruneheight":1}"#),
            on: "getblockchaininfo")
        let daemon = try await TestDaemon(chain, nodes: [node], watching: [])
        try await daemon.running {
            let isThere = try await daemon.reachesHead()
            #expect(isThere)
            #expect(daemon.nodes[0].complaint == nil)
            #expect(daemon.nodes[0].remarks.map { $0.contains("pruned the blocks below 1") } == [true])
        }
    }

    @Test func `batches that a node refuses go out in smaller ones, and the chain goes on`() async throws {
        for family in TestChain.Family.allCases {
            let world = try await FaultWorld(family, servesREST: false)
            for node in world.nodes { node.inflict(.batchLimit(calls: 3, message: "batch too large")) }
            try await world.daemon.running {
                try world.mine(40)
                #expect(try await world.daemon.reachesHead())
                try world.chain.mine(count: 2)
                #expect(try await world.daemon.reachesHead())
                #expect(world.daemon.nodes[0].batchesOf != nil)
            }
            #expect(try await world.complaints() == [])
        }
    }

    @Test func `a chain without a new block for long is told of, and its node asked whether it syncs`()
        async throws
    {
        let chain = try TestChain(.evm)
        let node = chain.node("a")
        try chain.mine(count: 2)
        let daemon = try await TestDaemon(chain, nodes: [node], watching: [])
        try await daemon.running {
            #expect(try await daemon.reachesHead())
            #expect(daemon.health.stall == nil)
            #expect(await daemon.clock.steps(atMost: 1_000) { daemon.health.stall != nil })
            #expect(daemon.health.stall?.head == 2)
            node.inflict(
                .answers(#"{"currentBlock":"0x2","highestBlock":"0x9"}"#), on: "eth_syncing")
            #expect(
                await daemon.clock.steps {
                    daemon.nodes[0].complaint == "is still syncing (block 2 of 9)"
                })
            node.cure()
            try chain.mine()
            #expect(try await daemon.reachesHead())
            #expect(await daemon.clock.steps { daemon.health.stall == nil })
        }
    }

    @Test func `a node that asks for time is left alone that long, though the chain has no other`()
        async throws
    {
        let chain = try TestChain(.bitcoin)
        let node = chain.node("a")
        try chain.mine(count: 2)
        let daemon = try await TestDaemon(chain, nodes: [node], watching: [])
        try await daemon.running {
            #expect(try await daemon.reachesHead())
            node.inflict(.rateLimited(retryAfter: 120))
            #expect(await daemon.clock.steps { daemon.nodes[0].complaint != nil })
            let began = daemon.clock.now
            #expect(node.struck == 1)
            node.cure()
            try chain.mine()
            #expect(try await daemon.reachesHead())
            #expect(daemon.clock.now.seconds - began.seconds >= 118)
        }
    }
}
