/// Which forms of one question a node answers, the widest first by their places: what worked is begun with, and now and
/// then a wider one is tried again. Pure: it counts questions, and needs no clock.
public struct FormMemory: Sendable {
    /// The form that questions begin with.
    public private(set) var form = 0
    /// Questions in a row in which it failed, and a narrower one worked.
    private var strikes = 0
    private var asked = 0
    /// How many questions are asked before a wider form is tried: twice as many after each trial in vain.
    private var patience = 32
    private var trial = 0

    /// A form may fail for one heavy block alone: so often in a row it is the form.
    private static let mostStrikes = 2

    public init() {}

    /// The forms in the order in which they are to be tried, each at most once.
    public mutating func plan(of count: Int) -> [Int] {
        let rest = Array(min(form, count - 1)..<count)
        guard form > 0 else { return rest }
        asked += 1
        guard asked >= patience else { return rest }
        asked = 0
        defer { trial += 1 }
        return [trial % form] + rest.filter { $0 != trial % form }
    }

    /// A question was answered in this form.
    ///
    /// - Parameter isDefinite: whether what failed before it would fail for any other question, too.
    public mutating func note(_ used: Int, of plan: [Int], isDefinite: Bool) {
        guard let began = plan.first else { return }
        if used < form {
            (form, strikes, asked, patience) = (used, 0, 0, 32)
        } else if began < form {
            patience = min(2 * patience, 4_096)
        } else if used > form {
            strikes += 1
            guard isDefinite || strikes >= Self.mostStrikes else { return }
            (form, strikes, asked) = (used, 0, 0)
        } else {
            strikes = 0
        }
    }

    /// Begins with this form, whatever was learned.
    public mutating func begin(with form: Int) {
        self = FormMemory()
        self.form = form
    }
}
