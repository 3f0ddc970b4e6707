import DepositTestKit
import NodeRPC

/// Changes a seed a little, by what its format is made of: bytes, lines or JSON values.
struct Mutator {
    let target: FuzzTarget
    var random: SeededRandom

    private static let numbers: [[UInt8]] = [
        [0], [0x7f], [0xff], [0xff, 0xff], [0xfd, 0xff, 0xff], [0xfe, 0xff, 0xff, 0xff, 0x7f],
        [UInt8](repeating: 0xff, count: 9), [0, 0, 0, 0x80], [UInt8](repeating: 0, count: 32),
    ]

    mutating func mutated(_ seed: [UInt8]) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            switch (target.shape, Int.random(in: 0...3, using: &random)) {
            case (.json, 1...): bytes = changedValues(bytes)
            case (.lines, 1...): bytes = changedLines(bytes)
            default: changeBytes(&bytes)
            }
        }
        return bytes
    }

    private mutating func changeBytes(_ bytes: inout [UInt8]) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 1...16, using: &random))
        switch Int.random(in: 0...8, using: &random) {
        case 0: if at < bytes.count { bytes[at] = .random(in: 0...255, using: &random) }
        case 1: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &random) }
        case 2: bytes.removeSubrange(at..<end)
        case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 4: bytes.insert(contentsOf: token(), at: at)
        case 5: bytes.replaceSubrange(at..<end, with: Self.numbers.randomElement(using: &random) ?? [])
        case 6: bytes.removeSubrange(at...)
        case 7: bytes.replaceSubrange(at..<end, with: token())
        default: splice(&bytes, at)
        }
    }

    /// The rest of another seed from anywhere in it.
    private mutating func splice(_ bytes: inout [UInt8], _ at: Int) {
        guard let other = target.seeds.randomElement(using: &random), !other.isEmpty else { return }
        let from = Int.random(in: 0..<other.count, using: &random)
        bytes.replaceSubrange(at..., with: other[from...])
    }

    private mutating func token() -> [UInt8] {
        Array((target.tokens.randomElement(using: &random) ?? "\0").utf8)
    }

    /// A line left out, doubled, moved, indented otherwise, or with a word in its value's place.
    private mutating func changedLines(_ bytes: [UInt8]) -> [UInt8] {
        var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        let at = Int.random(in: 0..<lines.count, using: &random)
        let to = Int.random(in: 0..<lines.count, using: &random)
        switch Int.random(in: 0...5, using: &random) {
        case 0: lines.remove(at: at)
        case 1: lines.insert(lines[at], at: to)
        case 2: lines.swapAt(at, to)
        case 3: lines[at] = (Array("  ".utf8) + lines[at])[...]
        case 4: lines[at] = lines[at].drop { $0 == 0x20 }
        default:
            let key = lines[at].prefix { $0 != 0x3a && $0 != 0x2c }
            lines[at] = (Array(key) + Array(": ".utf8) + token())[...]
        }
        return Array(lines.joined(separator: [0x0a]))
    }

    private mutating func changedValues(_ bytes: [UInt8]) -> [UInt8] {
        guard var value = try? JSONTree(bytes) else {
            var bytes = bytes
            changeBytes(&bytes)
            return bytes
        }
        value.change(&random, tokens: target.tokens)
        return Array(value.text.utf8)
    }
}
