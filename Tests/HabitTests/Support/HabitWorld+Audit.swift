import ChainKit
import DepositCore
import DepositEngine
import DepositTestKit

extension HabitWorld {
    /// What an audit of all blocks through these nodes finds, and what it says on the way.
    func audit(through nodes: [HabitNode]) async throws -> (
        differences: [String], isWhole: Bool, said: String
    ) {
        let chain = try self.chain.chain(described: kind.file(of: self.chain))
        let tip = try self.chain.headers().last?.height ?? 0
        let members = nodes.map { ChainNode(name: $0.name, adapter: chain.adapter(on: $0.node)) }
        var audit = Audit(
            chain.spec, store: daemon.store, nodes: members, clock: FixedClock(daemon.clock.now))
        var (differences, said) = ([String](), "")
        var through: Height = 0
        do {
            try await audit.run(1...tip) { news in
                switch news {
                case .difference(let difference): differences.append("\(difference)")
                case .through(let height): through = height
                case .nodeFailed(let error): said += "\(error); "
                case .pending, .unlisted: break
                }
            }
        } catch let error as AuditError {
            said += "\(error)"
        }
        return (differences, through == tip, said)
    }
}
