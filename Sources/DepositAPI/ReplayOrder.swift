internal import ChainKit
internal import DepositCore
internal import DepositStore

/// The body of `POST /v1/deliveries/replay`: which deliveries to send again, and how fast.
struct ReplayOrder: Decodable {
    let callback: String?
    let status: String?
    let type: String?
    let chain: String?
    let from: String?
    let to: String?
    let perSecond: Int

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case callback, status, type, chain, from, to
        case perSecond = "per_second"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String? {
            try fields.decodeIfPresent(String.self, forKey: key)
        }
        callback = try text(.callback)
        status = try text(.status)
        type = try text(.type)
        chain = try text(.chain)
        from = try text(.from)
        to = try text(.to)
        let rate = try fields.decodeIfPresent(Int.self, forKey: .perSecond) ?? 50
        guard (1...10_000).contains(rate) else {
            throw Problem(.badBody, "per_second is \(rate); give a number from 1 to 10000.")
        }
        perSecond = rate
    }

    /// - Throws: a problem also where it would send again all that ever was: that is hardly meant.
    func filter(_ calls: Calls) throws(Problem) -> DeliveryFilter {
        guard status != nil || from != nil else {
            throw Problem(
                .badBody,
                "This would send again every event there ever was; narrow it by status or by from and to.")
        }
        var filter = DeliveryFilter(
            callback: try callback.map { name throws(Problem) in
                try calls.callback(named: name).name
            })
        filter.status = try Self.choice("status", status)
        filter.type = try Self.choice("type", type)
        filter.chain = try chain.map { name throws(Problem) in try calls.chain(named: name).spec.id }
        filter.from = try Self.moment("from", from)
        filter.to = try Self.moment("to", to)
        return filter
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ text: String?
    ) throws(Problem) -> Choice? {
        guard let text else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badBody, "\(name) is \(quoted(text)); give one of \(known).")
        }
        return choice
    }

    private static func moment(_ name: String, _ text: String?) throws(Problem) -> Timestamp? {
        guard let text else { return nil }
        guard let moment = Timestamp(text) else {
            throw Problem(.badBody, "\(name) is \(quoted(text)); give \(Timestamp.form).")
        }
        return moment
    }
}
