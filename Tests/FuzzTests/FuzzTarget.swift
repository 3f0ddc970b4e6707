import Testing

/// A decoder under fuzzing: what it is fed, and what it did with it.
struct FuzzTarget: Sendable, CustomStringConvertible {
    /// What the decoder reads, and so what a mutation may know of it.
    enum Shape: Sendable { case bytes, lines, json }

    enum Outcome: Sendable { case accepted, refused }

    let name: String
    let shape: Shape
    let seeds: [[UInt8]]
    /// Words of the format, to be put in anywhere.
    var tokens: [String] = []
    /// How many executions CI affords.
    let executions: Int
    /// Feeds the decoder; throws a `FuzzFinding` where it accepted what it must not, or did not keep what it accepted.
    ///
    /// A trap needs no finding. `seed` is the index of the seed that the input was made from.
    let feed: @Sendable (_ input: [UInt8], _ seed: Int) async throws -> Outcome

    var description: String { name }

    /// Every decoder that reads what others wrote.
    static let all = [
        json, batch, evmBlock, evmReceipts, evmTraces, bitcoinBlock, bitcoinTransactions, addresses,
        chainFile, watchFile, configuration, addressBatch, query, tape, addressCSV, endpoints,
    ]
}

/// Something a decoder must never do.
struct FuzzFinding: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

func require(_ condition: Bool, _ finding: @autoclosure () -> String) throws {
    if !condition { throw FuzzFinding(finding()) }
}
