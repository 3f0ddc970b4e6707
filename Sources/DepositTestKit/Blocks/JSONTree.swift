package import NodeRPC

/// A JSON document as a tree that can be changed at any place and written again.
package indirect enum JSONTree: Sendable {
    /// A number, `true`, `false` or `null`, as it is written.
    case literal(String)
    case text(String)
    case array([JSONTree])
    case object([(name: String, value: JSONTree)])

    package static let null = JSONTree.literal("null")

    package init(_ bytes: [UInt8]) throws {
        self = try withJSON(bytes) { Self($0) }
    }

    package init(_ json: JSON) {
        switch json.kind {
        case .object:
            self = .object(json.members.map { (String(decoding: $0.key, as: UTF8.self), Self($0.value)) })
        case .array: self = .array(json.elements.map { Self($0) })
        case .string: self = .text(json.string ?? "")
        case .signed, .unsigned, .double, .yes, .no, .null: self = .literal(json.text)
        }
    }

    /// As JSON.
    package var text: String {
        switch self {
        case .literal(let text): text
        case .text(let text): jsonLiteral(text)
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { jsonLiteral($0.name) + ":" + $0.value.text }.joined(separator: ",") + "}"
        }
    }
}

extension JSONTree {
    /// A string's content; nil for anything else.
    package var string: String? {
        if case .text(let text) = self { text } else { nil }
    }

    package var isNull: Bool {
        if case .literal("null") = self { true } else { false }
    }

    /// Of an array; none for anything else.
    package var elements: [JSONTree] {
        get { if case .array(let elements) = self { elements } else { [] } }
        set { self = .array(newValue) }
    }

    /// An object's member; set to nil, it is taken out, and set where there is none, it is added at the end.
    package subscript(name: String) -> JSONTree? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.name == name }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            let place = members.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    /// This tree with each of its elements changed.
    package func mapping(_ change: (JSONTree) -> JSONTree) -> JSONTree {
        guard case .array(let elements) = self else { return self }
        return .array(elements.map(change))
    }

    /// This tree with some of its members changed.
    package func with(_ change: (inout JSONTree) -> Void) -> JSONTree {
        var tree = self
        change(&tree)
        return tree
    }
}
