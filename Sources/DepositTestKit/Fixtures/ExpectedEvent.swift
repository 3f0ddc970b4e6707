public import DepositCore
internal import Foundation

/// A line of `events.jsonl`: the fields of an event that a fixture is sure of.
///
/// A line may leave fields out; those it names must be equal. `height` and `block` are those of the block, or of the
/// displaced one where the deposit stands in none.
public struct ExpectedEvent: Hashable, Sendable {
    public let fields: [String: String]

    public init(_ line: some StringProtocol) throws {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
            throw FixtureError("not a JSON object: \(line)")
        }
        fields = object.mapValues { "\($0)" }
    }

    /// The fields of an event as it came out.
    public init(_ event: Event) throws {
        guard let body = try? JSONSerialization.jsonObject(with: Data(event.body.utf8)) as? [String: Any],
            let data = body["data"] as? [String: Any]
        else { throw FixtureError("an event's body is no JSON object: \(event.body)") }
        var fields = ["type": event.type.rawValue]
        for (name, value) in data where !(value is NSNull) && !(value is [Any]) && !(value is [String: Any]) {
            fields[name] = "\(value)"
        }
        let block = data["block"] as? [String: Any] ?? data["displaced_block"] as? [String: Any]
        fields["height"] = block?["height"].map { "\($0)" }
        fields["block"] = block?["hash"].map { "\($0)" }
        self.fields = fields
    }

    /// Whether `other`, an event as it came out, has every field of this one.
    public func matches(_ other: ExpectedEvent) -> Bool {
        fields.allSatisfy { other.fields[$0.key] == $0.value }
    }

    public var line: String {
        let order = [
            "type", "chain", "asset", "amount", "address", "transaction", "position", "sequence", "status",
            "height", "block", fields["status"] == "review" ? "reason" : "",
        ]
        let shown = order.compactMap { name in fields[name].map { (name, $0) } }
        return "{" + shown.map { "\"\($0.0)\":\(Self.json($0.1, name: $0.0))" }.joined(separator: ",") + "}"
    }

    private static func json(_ value: String, name: String) -> String {
        name == "sequence" || name == "height" ? value : JSONText.string(value).text
    }
}
