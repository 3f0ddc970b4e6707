import DepositTestKit

extension JSONTree {
    /// Changes one value somewhere below, the deeper the likelier.
    mutating func change(_ random: inout SeededRandom, tokens: [String]) {
        switch self {
        case .array(var elements) where !elements.isEmpty && Int.random(in: 0...5, using: &random) > 0:
            let at = Int.random(in: 0..<elements.count, using: &random)
            switch Int.random(in: 0...7, using: &random) {
            case 0: elements.remove(at: at)
            case 1: elements.insert(elements[at], at: at)
            case 2: elements.swapAt(at, Int.random(in: 0..<elements.count, using: &random))
            default: elements[at].change(&random, tokens: tokens)
            }
            self = .array(elements)
        case .object(var members) where !members.isEmpty && Int.random(in: 0...5, using: &random) > 0:
            let at = Int.random(in: 0..<members.count, using: &random)
            switch Int.random(in: 0...7, using: &random) {
            case 0: members.remove(at: at)
            case 1: members.append(members[at])
            case 2: members[at].value = members.randomElement(using: &random)?.value ?? .literal("null")
            default: members[at].value.change(&random, tokens: tokens)
            }
            self = .object(members)
        case .text(var text): self = .changed(&text, &random, tokens)
        default: self = .strange(&random, tokens)
        }
    }

    private static func changed(
        _ text: inout String, _ random: inout SeededRandom, _ tokens: [String]
    ) -> JSONTree {
        var scalars = Array(text.unicodeScalars)
        let at = Int.random(in: 0...scalars.count, using: &random)
        switch Int.random(in: 0...5, using: &random) {
        case 0: if at < scalars.count { scalars.remove(at: at) }
        case 1: scalars.insert(contentsOf: "0".unicodeScalars, at: at)
        case 2, 3:
            let digit = "0123456789abcdefxyzABC\0\u{e9}".unicodeScalars.randomElement(using: &random)
            if at < scalars.count, let digit { scalars[at] = digit }
        case 4: scalars.removeSubrange(at...)
        default: return .strange(&random, tokens)
        }
        text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return .text(text)
    }

    /// What no honest answer has there.
    private static func strange(_ random: inout SeededRandom, _ tokens: [String]) -> JSONTree {
        let literals = [
            "null", "true", "0", "-1", "1e308", "1.5", "18446744073709551615", "18446744073709551616", "[]",
            "{}",
        ]
        let huge = "0x" + String(repeating: "f", count: Int.random(in: 1...200, using: &random))
        switch Int.random(in: 0...2, using: &random) {
        case 0: return .literal(literals.randomElement(using: &random) ?? "null")
        case 1: return .text(huge)
        default: return .text(tokens.randomElement(using: &random) ?? "")
        }
    }
}
