/// How long files, lines and functions may be.
enum SizeRule {
    static let fileLines = 300
    static let functionLines = 60
    static let columns = 110
    /// Prose in comments may run a little wider than code, which the formatter breaks.
    static let commentColumns = 120

    static func complaints(_ file: SourceFile) -> [Complaint] {
        lengthOfFile(file) + lengthOfLines(file) + lengthOfFunctions(file)
    }

    private static func lengthOfFile(_ file: SourceFile) -> [Complaint] {
        let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
        if count < fileLines { return [] }
        return [
            Complaint(
                path: file.path, line: nil, message: "\(count) lines; a file has fewer than \(fileLines)")
        ]
    }

    private static func lengthOfLines(_ file: SourceFile) -> [Complaint] {
        file.lines.indices.compactMap { index in
            let line = file.lines[index]
            let isComment = line.drop { $0 == " " }.hasPrefix("//")
            let limit = isComment ? commentColumns : columns
            if line.utf8.count <= limit || line.count <= limit { return nil }
            if !isComment, isLiteral(line, file.codeLines[index]) { return nil }
            return Complaint(
                path: file.path, line: index + 1, message: "\(line.count) columns; this line has \(limit)")
        }
    }

    /// A line that begins inside a literal, or is hardly more than one, cannot be broken.
    private static func isLiteral(_ line: Substring, _ code: Substring) -> Bool {
        let indentation = line.utf8.prefix { $0 == 0x20 }.count
        let codeIndentation = code.utf8.prefix { $0 == 0x20 }.count
        return codeIndentation > indentation || code.utf8.count { $0 != 0x20 } <= 8
    }

    private static func lengthOfFunctions(_ file: SourceFile) -> [Complaint] {
        functions(in: file.code).filter { $0.count >= functionLines }.map {
            Complaint(
                path: file.path, line: $0.lowerBound,
                message: "a function of \($0.count) lines; one has fewer than \(functionLines)")
        }
    }

    /// The lines of each function that has a body, counted from 1.
    static func functions(in code: String) -> [ClosedRange<Int>] {
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.compactMap { start in
            guard declaresFunction(lines[start]) else { return nil }
            return end(of: lines[start...]).map { start + 1...$0 + 1 }
        }
    }

    private static func declaresFunction(_ line: Substring) -> Bool {
        guard
            let first = line.split(whereSeparator: { " (<?:".contains($0) }).first(where: { !isModifier($0) })
        else {
            return false
        }
        return ["func", "init", "deinit", "subscript"].contains(first)
    }

    private static func isModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || word == "set)"
            || [
                "public", "package", "internal", "fileprivate", "private", "static", "final", "override",
                "class",
                "mutating", "nonmutating", "nonisolated", "convenience", "required", "consuming", "borrowing",
            ].contains(word)
    }

    /// The index of the line where the first body closes that opens outside parentheses; nil where none does.
    private static func end(of lines: ArraySlice<Substring>) -> Int? {
        var parentheses = 0
        var braces = 0
        for (index, line) in zip(lines.indices, lines) {
            if index > lines.startIndex, braces == 0, parentheses == 0, declaresFunction(line) { return nil }
            for character in line {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || braces > 0: braces += 1
                case "}" where braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                case "}" where parentheses == 0: return nil
                default: break
                }
            }
        }
        return nil
    }
}
