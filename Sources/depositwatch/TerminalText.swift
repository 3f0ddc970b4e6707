/// Text as a terminal may be given it. Labels, memos, names and error bodies are strangers' text, and a terminal takes
/// more than letters from them: escapes that move the cursor or answer for the user, and marks that turn the order of
/// what is read around.
///
/// The one home of that rule: everything that this program prints goes through it.
enum TerminalText {
    /// The same with what is no text written as `\u009b`: in JSON that is the same string, and to a person it shows.
    ///
    /// - Parameter keepingLines: line feeds stand. Where a text is to be one line they would begin another, such as a
    ///   forged one of a log.
    static func shown(_ text: String, keepingLines: Bool = false) -> String {
        guard text.unicodeScalars.contains(where: isHarmful) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if !isHarmful(scalar) || (keepingLines && scalar == "\n") {
                shown.append(scalar)
            } else {
                let digits = String(scalar.value, radix: 16)
                let escape = "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                shown.append(contentsOf: escape.unicodeScalars)
            }
        }
        return String(shown)
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Control characters of both kinds (Unicode's Cc): C1 has one-character forms of terminal escapes.
        case 0x00...0x1f, 0x7f...0x9f: true
        // Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX 9), and deprecated kin.
        case 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x206f: true
        // Line and paragraph separators (Zl, Zp); a mark of byte order, and marks of annotations.
        case 0x2028, 0x2029, 0xfeff, 0xfff9...0xfffb: true
        default: false
        }
    }
}
