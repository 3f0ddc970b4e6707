internal import Foundation
internal import Testing

/// `Tests/Mutants/run.py` breaks the product in every listed way and takes minutes; that its list fits the sources
/// is seen here.
@Suite struct MutantTests {
    private struct Mutant: Decodable {
        let name: String
        let breaks: String
        let file: String
        let at: String?
        let old: String
        let new: String
        /// Of the suites that must notice; nil: the worlds must.
        let tests: String?
    }

    private let mutants: [Mutant]

    init() throws {
        let data = try Data(contentsOf: House.root.appending(path: "Tests/Mutants/mutants.json"))
        mutants = try JSONDecoder().decode([Mutant].self, from: data)
    }

    @Test func `every mutant has a name of its own and a promise to break`() {
        #expect(mutants.count >= 15)
        #expect(Set(mutants.map(\.name)).count == mutants.count)
        #expect(mutants.allSatisfy { $0.breaks.hasPrefix("P") && $0.old != $0.new })
    }

    @Test func `the suites that must notice a mutant are there`() {
        let names = Set(House.files.filter(\.isTest).map(\.name))
        for suite in mutants.compactMap(\.tests).flatMap({ $0.split(separator: "|") }) {
            #expect(names.contains("\(suite).swift"), "\(suite)")
        }
    }

    @Test func `what a mutant breaks stands in the source exactly once`() throws {
        for mutant in mutants {
            let source = try String(contentsOf: House.root.appending(path: mutant.file), encoding: .utf8)
            let place = mutant.at ?? mutant.old
            #expect(source.components(separatedBy: place).count == 2, "\(mutant.name) in \(mutant.file)")
            #expect(place.components(separatedBy: mutant.old).count == 2, "\(mutant.name)")
        }
    }
}
