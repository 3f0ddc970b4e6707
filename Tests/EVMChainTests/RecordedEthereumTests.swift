import DepositCore
import Testing

@testable import EVMChain

/// Mainnet blocks as public nodes gave them, proven in full.
@Suite(.enabled(if: Recordings.isPresent, "\(Recordings.absence)"))
struct RecordedEthereumTests {
    @Test(arguments: [468_179, 4_370_006, 4_404_763, 7_280_016, 13_998_626])
    func `a recorded block proves its header, roots and bloom`(height: Int) async throws {
        let recorded = try RecordedBlock(height: height)
        let transfers = try await recorded.transfers(on: chain(), to: [])
        #expect(transfers.isEmpty)
    }

    @Test func `a block with withdrawals and typed transactions proves everything`() async throws {
        let recorded = try RecordedBlock(rpc: 18_000_000)
        let transfers = try await recorded.transfers(on: chain(options: "{withdrawals: true}"), to: [])
        #expect(transfers.isEmpty)
    }
}
