/// The first place where what came out of a fixture is not what must.
public struct FixtureDifference: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// Nil when every event is as expected, in order, with none missing or left over.
    public init?(expected: [ExpectedEvent], came: [ExpectedEvent]) {
        for (index, pair) in zip(expected, came).enumerated() where !pair.0.matches(pair.1) {
            description = "event \(index + 1) must be\n  \(pair.0.line)\nbut is\n  \(pair.1.line)"
            return
        }
        if expected.count > came.count {
            description = "event \(came.count + 1) is missing:\n  \(expected[came.count].line)"
        } else if came.count > expected.count {
            description = "event \(expected.count + 1) must not be:\n  \(came[expected.count].line)"
        } else {
            return nil
        }
    }
}
