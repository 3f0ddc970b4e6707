import ChainKit
import DepositCore
import DepositTestKit
import Synchronization

/// Mines a made-up chain, and notes what was paid.
///
/// Every block pays Alice, every other one in the chain's token where it has one; every third one also pays Bob; on an
/// EVM every fourth holds a payment that failed.
final class HabitLedger: Sendable {
    private let kind: HabitChain
    private let chain: TestChain
    private let alice: Address
    private let bob: Address
    private let stranger: Address
    private let entries = Mutex<[TransactionID: (to: Address, amount: UInt64, header: Header)]>([:])

    init(_ kind: HabitChain, _ chain: TestChain) throws {
        self.kind = kind
        self.chain = chain
        alice = try chain.address(1)
        bob = try chain.address(2)
        stranger = try chain.address(3)
    }

    /// What was paid to Alice and Bob.
    var paid: [TransactionID: (to: Address, amount: UInt64, header: Header)] { entries.withLock { $0 } }

    func mine(_ count: Int) throws {
        for _ in 0..<count {
            let height = try chain.headers().count
            let token = chain.chain.spec.rules.assets.keys.first {
                $0.text == "TOK" && !height.isMultiple(of: 2)
            }
            var payments = [TestChain.Payment("a\(height)", to: alice, amount: 5_000, asset: token)]
            payments.append(TestChain.Payment("x\(height)", to: stranger, amount: 7_000, asset: token))
            if height.isMultiple(of: 3) {
                payments.append(TestChain.Payment("b\(height)", to: bob, amount: 300))
            }
            var failed: [TestChain.Payment] = []
            if kind.family == .evm, height.isMultiple(of: 4) {
                failed.append(TestChain.Payment("f\(height)", to: alice, amount: 9_000, succeeds: false))
            }
            let header = try chain.mine(failed + payments)
            chain.finalize(0)
            entries.withLock { entries in
                for payment in payments where payment.to != stranger {
                    entries[chain.transaction(of: payment)] = (payment.to, payment.amount, header)
                }
            }
        }
    }
}
