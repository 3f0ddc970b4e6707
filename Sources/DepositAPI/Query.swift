internal import DepositCore
internal import DepositStore
internal import Foundation

/// A request's query, read strictly: a parameter that the call does not know is an error that names its own.
struct Query: Sendable {
    private let values: [String: String]

    /// - Parameter known: the call's parameters.
    init(_ text: String?, known: [String]) throws(Problem) {
        var values: [String: String] = [:]
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : "")
            else {
                throw Problem(
                    .badParameter, "The query is not valid percent-encoding near \(quoted(parts[0])).")
            }
            guard known.contains(name) else { throw Self.unknown(name, known) }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem(.badParameter, "The parameter \(name) stands in the query twice; give it once.")
            }
        }
        self.values = values.filter { !$0.value.isEmpty }
    }

    /// A form's encoding: `+` is a space.
    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }

    private static func unknown(_ name: String, _ known: [String]) -> Problem {
        guard !known.isEmpty else {
            return Problem(.badParameter, "This call takes no parameters; leave \(quoted(name)) out.")
        }
        return Problem(
            .badParameter,
            "Unknown parameter \(quoted(name)); this call knows \(known.joined(separator: ", ")).")
    }

    /// Nil when left out or empty.
    func text(_ name: String) -> String? { values[name] }

    func integer(_ name: String, in range: ClosedRange<Int>, otherwise: Int) throws(Problem) -> Int {
        guard let text = values[name] else { return otherwise }
        guard let value = Int(text), range.contains(value) else {
            throw Problem(
                .badParameter,
                "\(name) is \(quoted(text)); give a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }

    /// False when left out.
    func flag(_ name: String) throws(Problem) -> Bool {
        guard let text = values[name] else { return false }
        guard let value = Bool(text) else {
            throw Problem(.badParameter, "\(name) is \(quoted(text)); give true or false.")
        }
        return value
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(Problem) -> Choice? {
        guard let text = values[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badParameter, "\(name) is \(quoted(text)); give one of \(known).")
        }
        return choice
    }

    func moment(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = values[name] else { return nil }
        guard let moment = Timestamp(text) else {
            throw Problem(.badParameter, "\(name) is \(quoted(text)); give \(Timestamp.form).")
        }
        return moment
    }

    /// How many items a page holds at most.
    func limit() throws(Problem) -> Int {
        try integer("limit", in: 1...1_000, otherwise: 100)
    }

    var after: Cursor? { values["after"].map { Cursor($0) } }
}
