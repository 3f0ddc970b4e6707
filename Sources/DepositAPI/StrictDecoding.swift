internal import Foundation

/// Decodes a body strictly: a fault is a `Problem` that names its place, and an unknown field is a fault.
enum StrictJSON {
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: Data) throws(Problem) -> Value {
        do {
            return try JSONDecoder().decode(type, from: bytes)
        } catch let problem as Problem {
            throw problem
        } catch let error as DecodingError {
            throw Problem(.badBody, words(for: error))
        } catch {
            throw Problem(.badBody, "The body is not valid JSON.")
        }
    }

    private static func words(for error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            "\(place(context.codingPath + [key])) is missing."
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            "\(place(context.codingPath)) is not \(name(of: type))."
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "The body is not valid JSON."
                : "\(place(context.codingPath)) cannot be used: \(context.debugDescription)"
        @unknown default:
            "The body is not valid JSON."
        }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is any BinaryInteger.Type: "a whole number from 0 on"
        case is [String: Any].Type: "an object"
        case is [Any].Type: "a list"
        default: "of the right type"
        }
    }

    /// `addresses[17].from`
    static func place(_ path: [any CodingKey]) -> String {
        var text = ""
        for key in path {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return text.isEmpty ? "The body" : text
    }
}

extension Decoder {
    /// Fields that a client may well think of, and that are none for a reason.
    func refuse(_ names: [String], because reason: String) throws {
        let given = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        guard let name = given.sorted().first(where: names.contains) else { return }
        throw Problem(.unfitCallback, "\(quoted(name)) is not taken: \(reason).")
    }

    /// A container of an object that holds no other fields than these.
    func strictContainer<Key: CodingKey & CaseIterable>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        for key in try container(keyedBy: AnyKey.self).allKeys where Key(stringValue: key.stringValue) == nil
        {
            let known = Key.allCases.map { $0.stringValue }
            throw Problem(
                .badBody,
                "\(StrictJSON.place(codingPath)): unknown field \(quoted(key.stringValue)); "
                    + "known fields are \(known.joined(separator: ", ")).")
        }
        return try container(keyedBy: type)
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init?(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
