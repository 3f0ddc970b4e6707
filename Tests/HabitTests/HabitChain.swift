import DepositCore
import DepositTestKit

/// A made-up chain, and how its file describes it.
struct HabitChain: Sendable {
    let name: String
    let family: TestChain.Family
    /// The chain with its plain nodes.
    let make: @Sendable () throws -> TestChain
    /// What the chain's own file says otherwise: text, and what stands in its place.
    var edits: [(String, String)] = []
    /// Behind the chain's own file.
    var more = ""
    /// What every node of it does.
    var nature = Manner.plain
    /// Heights that its file names beside block 0.
    var anchors: [Int] = []

    /// A short window, so that a backfill has old blocks to read.
    static let window = 8

    func file(of chain: TestChain) -> String {
        var file = chain.file.replacing("reorg_window: 64", with: "reorg_window: \(Self.window)")
        for (old, new) in edits {
            precondition(file.contains(old), "the chain's file has no \(old)")
            file = file.replacing(old, with: new)
        }
        let headers = (try? chain.headers()) ?? []
        if !anchors.isEmpty {
            let pinned = anchors.map { "\($0): \"\(headers[$0].hash)\"" }.joined(separator: ", ")
            file.replace("genesis:", with: "anchors: {\(pinned)}, genesis:", maxReplacements: 1)
        }
        return file + "\n" + more + "\n"
    }

    static let ethereum = HabitChain(name: "ethereum", family: .evm) { try TestChain(.evm) }

    /// Whose file asks for inner calls.
    static let traced = HabitChain(
        name: "traced", family: .evm, make: ethereum.make, more: "options: {internal_transfers: call_tracer}")

    /// Proven by counts alone, as chains are whose headers nobody else can hash.
    static let counted = HabitChain(
        name: "counted", family: .evm, make: ethereum.make, edits: [("proof: full", "proof: count")])

    /// Whose blocks end with a transaction that stands under neither root.
    static let polygon = HabitChain(
        name: "polygon", family: .evm, make: ethereum.make, more: "options: {state_sync: true}",
        nature: Pseudo.nature)

    /// Each block with payments ends with a transaction of a type that is not known here.
    static func foreign(_ type: UInt8) -> HabitChain {
        HabitChain(name: "foreign", family: .evm) { try TestChain(endingIn: type) }
    }

    static let depth = [("finality: {depth: 32}", "finality: {depth: 12}")]

    static let bitcoin = HabitChain(
        name: "bitcoin", family: .bitcoin, make: { try TestChain(.bitcoin) }, edits: depth)

    /// Whose nodes serve blocks over REST.
    static let bitcoinREST = HabitChain(
        name: "bitcoin by REST", family: .bitcoin, make: { try TestChain(.bitcoin, servesREST: true) },
        edits: depth)

    /// Not mined at will: its nodes are believed when they say that they are syncing.
    static let mainBitcoin = HabitChain(
        name: "main bitcoin", family: .bitcoin, make: bitcoin.make,
        edits: depth + [("chain: regtest, work: bitcoin-regtest,", "chain: main,")],
        nature: .changing("getblockchaininfo") { $0.with { $0["chain"] = .text("main") } })
}
