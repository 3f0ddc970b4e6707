internal import Foundation
internal import Testing

/// The rules of the house, held against the house.
@Suite struct HouseTests {
    @Test func `the sources are found`() {
        #expect(House.files.contains { $0.path == "Sources/DepositCore/Height.swift" })
        #expect(House.files.contains { $0.path == "Tests/TidyTests/HouseTests.swift" })
        #expect(House.files.count > 100)
    }

    @Test func `a room imports what the architecture lets it import`() {
        expectNone(House.files.flatMap(ImportRule.complaints))
    }

    @Test func `files, lines and functions are short`() {
        expectNone(House.files.flatMap(SizeRule.complaints))
    }

    @Test(arguments: BannedRule.all.indices)
    func `nothing banned is used`(_ index: Int) {
        expectNone(House.files.flatMap(BannedRule.all[index].complaints))
    }

    @Test func `every chain file has a fixture or a reason`() throws {
        var files: [String: String] = [:]
        for name in House.names(in: "chains") where name.hasSuffix(".yaml") {
            let url = House.root.appending(path: "chains/\(name)")
            files[String(name.dropLast(5))] = try String(contentsOf: url, encoding: .utf8)
        }
        #expect(!files.isEmpty)
        let folders = House.names(in: "fixtures").flatMap { family in
            House.names(in: "fixtures/\(family)").filter { chain in
                House.names(in: "fixtures/\(family)/\(chain)").contains { scenario in
                    House.names(in: "fixtures/\(family)/\(chain)/\(scenario)").contains("events.jsonl")
                }
            }.map { "\(family)/\($0)" }
        }
        expectNone(ChainFileRule.complaints(files, fixtures: Set(folders), excused: withoutFixture))
    }

    @Test func `nothing but what belongs there lies at the top`() {
        expectNone(TopLevelRule.complaints(House.names(in: "")))
    }

    /// Fixtures are recorded from nodes that really ran; of these chains none could run beside the tests.
    private let withoutFixture = Dictionary(
        uniqueKeysWithValues: [
            "arbitrum", "avalanche", "base", "bitcoin", "bitcoin-cash", "bitcoin-regtest", "bsc", "dogecoin",
            "ethereum",
            "litecoin", "optimism", "polygon",
        ].map { ($0, "needs a node of its network to record from") })

    private func expectNone(_ complaints: [Complaint], sourceLocation: SourceLocation = #_sourceLocation) {
        let shown = complaints.map(\.description).joined(separator: "\n")
        #expect(complaints.isEmpty, "\n\(shown)", sourceLocation: sourceLocation)
    }
}
