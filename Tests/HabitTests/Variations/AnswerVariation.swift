import DepositTestKit

/// An answer that says the same in another way: what no proof covers is varied at random.
struct AnswerVariation {
    /// What may become of a member that decides nothing.
    enum Freedom {
        /// It may be left out or be null.
        case optional
        /// It may say anything besides.
        case decoration
    }

    typealias Freedoms = [String: Freedom]

    var random: SeededRandom
    /// How many of a hundred such members are varied.
    private let share: Int

    init(seed: UInt64, _ method: String) {
        random = SeededRandom(seed: seed ^ SeededRandom(naming: method).peek)
        share = Int.random(in: 1...60, using: &random)
    }

    private mutating func isChosen() -> Bool { Int.random(in: 0..<100, using: &random) < share }

    /// An object whose free members are varied, to which others are added, and whose order is another.
    mutating func vary(_ object: JSONTree, _ freedoms: Freedoms, added: [String] = []) -> JSONTree {
        guard case .object(var members) = object else { return object }
        for index in members.indices.reversed() {
            guard let freedom = freedoms[members[index].name], isChosen() else { continue }
            switch (freedom, Int.random(in: 0...3, using: &random)) {
            case (_, 0): members.remove(at: index)
            case (_, 1): members[index].value = .null
            case (.decoration, _): members[index].value = other(than: members[index].value)
            case (.optional, _): break
            }
        }
        for name in added where isChosen() && !members.contains(where: { $0.name == name }) {
            members.append((name, anything()))
        }
        if isChosen() { members.append(("x\(random.next())", anything())) }
        if isChosen() { members.shuffle(using: &random) }
        return .object(members)
    }

    /// Another value of the same kind.
    private mutating func other(than value: JSONTree) -> JSONTree {
        guard let text = value.string, text.hasPrefix("0x") else { return value }
        if text.utf8.count > 20 {
            return .text("0x" + random.bytes((text.utf8.count - 2) / 2).hexDigits)
        }
        return .text((random.next() >> UInt64.random(in: 0...63, using: &random)).hexQuantity)
    }

    private mutating func anything() -> JSONTree {
        switch Int.random(in: 0...6, using: &random) {
        case 0: .null
        case 1: .literal("true")
        case 2: .literal("\(random.next() >> 8)")
        case 3: .literal("-1.5e-8")
        case 4: .array([.text("0x"), .null])
        case 5: .object([("hash", .text("0x01")), ("logs", .array([]))])
        default: .text("0x" + random.bytes(32).hexDigits)
        }
    }

    /// Hex digits in another case, here and there.
    mutating func recase(_ tree: JSONTree) -> JSONTree {
        guard isChosen() else { return tree }
        let style = Int.random(in: 0...2, using: &random)
        var random = random
        defer { self.random = random }
        return tree.changingTexts { text in
            guard text.utf8.count > 3, text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
            let prefix = text.hasPrefix("0x") ? "0x" : ""
            let digits = text.dropFirst(prefix.utf8.count)
            guard
                digits.utf8.allSatisfy({
                    UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
                })
            else { return text }
            switch style {
            case 0: return prefix + digits.uppercased()
            case 1: return Bool.random(using: &random) ? prefix + digits.uppercased() : text
            default: return text
            }
        }
    }
}

extension SeededRandom {
    fileprivate var peek: UInt64 {
        var copy = self
        return copy.next()
    }
}
