/// Tells a Swift file's code from its comments and string literals.
struct CodeScanner {
    private enum Region {
        case code
        /// The code inside a literal's `\(…)`, with the parentheses that are open in it.
        case interpolation(open: Int)
        case string(hashes: Int, isMultiline: Bool)
        case lineComment
        case blockComment(depth: Int)
    }

    private enum Byte {
        static let quote = UInt8(ascii: "\"")
        static let backslash = UInt8(ascii: "\\")
        static let slash = UInt8(ascii: "/")
        static let star = UInt8(ascii: "*")
        static let hash = UInt8(ascii: "#")
        static let open = UInt8(ascii: "(")
        static let close = UInt8(ascii: ")")
        static let newline = UInt8(ascii: "\n")
        static let space = UInt8(ascii: " ")
    }

    private let input: [UInt8]
    private var at = 0
    private var regions: [Region] = [.code]
    private var output: [UInt8] = []

    private init(_ text: String) {
        input = Array(text.utf8)
        output.reserveCapacity(input.count)
    }

    /// `text` with comments and literals turned to spaces, byte for byte: every line stays where it was.
    static func code(of text: String) -> String {
        var scanner = CodeScanner(text)
        while scanner.at < scanner.input.count { scanner.step() }
        return String(decoding: scanner.output, as: UTF8.self)
    }

    private mutating func step() {
        switch regions[regions.count - 1] {
        case .code: stepCode(open: nil)
        case .interpolation(let open): stepCode(open: open)
        case .string(let hashes, let isMultiline): stepString(hashes, isMultiline)
        case .lineComment:
            if input[at] == Byte.newline { regions.removeLast() }
            blank(1)
        case .blockComment(let depth): stepComment(depth)
        }
    }

    private mutating func stepCode(open: Int?) {
        let byte = input[at]
        if byte == Byte.slash, sees(Byte.slash, 1) { return begin(.lineComment, 2) }
        if byte == Byte.slash, sees(Byte.star, 1) { return begin(.blockComment(depth: 1), 2) }
        if byte == Byte.hash || byte == Byte.quote {
            let hashes = run(of: Byte.hash, from: at)
            let quotes = run(of: Byte.quote, from: at + hashes)
            if quotes > 0 {
                let isMultiline = quotes >= 3
                return begin(
                    .string(hashes: hashes, isMultiline: isMultiline), hashes + (isMultiline ? 3 : 1))
            }
        }
        if let open {
            let now = open + (byte == Byte.open ? 1 : byte == Byte.close ? -1 : 0)
            regions.removeLast()
            if now > 0 { regions.append(.interpolation(open: now)) }
        }
        output.append(byte)
        at += 1
    }

    private mutating func stepString(_ hashes: Int, _ isMultiline: Bool) {
        let byte = input[at]
        if byte == Byte.backslash, run(of: Byte.hash, from: at + 1) >= hashes {
            if sees(Byte.open, hashes + 1) { return begin(.interpolation(open: 1), hashes + 2) }
            return blank(hashes + 2)
        }
        let quotes = byte == Byte.quote ? run(of: Byte.quote, from: at) : 0
        let needed = isMultiline ? 3 : 1
        if quotes >= needed, run(of: Byte.hash, from: at + needed) >= hashes {
            regions.removeLast()
            return blank(needed + hashes)
        }
        if !isMultiline, byte == Byte.newline { regions.removeLast() }
        blank(1)
    }

    private mutating func stepComment(_ depth: Int) {
        if input[at] == Byte.slash, sees(Byte.star, 1) {
            regions.removeLast()
            begin(.blockComment(depth: depth + 1), 2)
        } else if input[at] == Byte.star, sees(Byte.slash, 1) {
            regions.removeLast()
            if depth > 1 { regions.append(.blockComment(depth: depth - 1)) }
            blank(2)
        } else {
            blank(1)
        }
    }

    private func sees(_ byte: UInt8, _ ahead: Int) -> Bool {
        at + ahead < input.count && input[at + ahead] == byte
    }

    private func run(of byte: UInt8, from start: Int) -> Int {
        var end = start
        while end < input.count, input[end] == byte { end += 1 }
        return end - start
    }

    private mutating func begin(_ region: Region, _ count: Int) {
        regions.append(region)
        blank(count)
    }

    private mutating func blank(_ count: Int) {
        let end = min(at + count, input.count)
        while at < end {
            output.append(input[at] == Byte.newline ? Byte.newline : Byte.space)
            at += 1
        }
    }
}
