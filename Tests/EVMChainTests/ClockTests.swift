import ChainKit
import DepositCore
import NodeRPC
import Testing

@testable import EVMChain

/// Chains count time in seconds, but for those that do not.
@Suite struct ClockTests {
    @Test(arguments: [
        ("0x65000000", Int64(1694498816), false), ("0x0", 0, false), ("0xffffffff", 4_294_967_295, false),
        ("0x1a0c4506c00", 1_790_000_000, true), ("0x65bfeda25e000", 1_790_000_000, true),
        ("0x18d75b8423f30000", 1_790_000_000, true), ("0x7fffffffffffffff", 9_223_372, true),
        ("0xffffffffffffffff", 18_446_744, true),
    ])
    func `a time in smaller parts than seconds is read as one, and said to be`(
        counted: String, seconds: Int64, isRemarked: Bool
    ) async throws {
        var block = ForgedBlock()
        block.add(to: ForgedBlock.watched, value: "0x5")
        block.header["timestamp"] = counted
        var sealed = block.sealed()
        sealed.block["timestamp"] = counted
        let told = sealed
        let node = Node(name: "node", wire: ScriptedWire { told.answer($0, $1) })
        let adapter = try chain(proof: "receipts").adapter(on: node)
        let head = try await adapter.head()
        let time = head.header.block.time.seconds
        #expect(time == seconds)
        #expect(
            try await adapter.blocks([head.header], watching: watchlist([ForgedBlock.watched]))
                .flatMap(\.transfers).count == 1)
        #expect(node.remarks.all.map(\.topic) == (isRemarked ? ["clock"] : []))
        #expect(
            node.remarks.all.allSatisfy { $0.words.contains("the clock of this chain is not in seconds") })
    }
}
