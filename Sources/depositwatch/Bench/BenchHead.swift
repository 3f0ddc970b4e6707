import DepositTestKit
import Synchronization

/// The block that a scripted node shows as its newest. A benchmark's client moves it, with the call `bench_head`, and
/// knows by the answer that the block can be served from now on.
final class BenchHead: Sendable {
    static let method = "bench_head"

    private let height = Atomic<UInt64>(0)

    func move(to height: UInt64) {
        self.height.store(height, ordering: .sequentiallyConsistent)
    }

    /// As Ethereum's nodes write it.
    var quantity: String { height.load(ordering: .sequentiallyConsistent).hexQuantity }
}
