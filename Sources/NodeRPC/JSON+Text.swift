extension JSON {
    /// The value written again as compact JSON: what a tape keeps of an answer.
    public var text: String {
        var output = ""
        write(to: &output)
        return output
    }

    private func write(to output: inout String) {
        switch kind {
        case .object:
            output += "{"
            var separator = ""
            for (key, value) in members {
                output += separator
                output += jsonLiteral(String(decoding: key, as: UTF8.self))
                output += ":"
                value.write(to: &output)
                separator = ","
            }
            output += "}"
        case .array:
            output += "["
            var separator = ""
            for element in elements {
                output += separator
                element.write(to: &output)
                separator = ","
            }
            output += "]"
        case .string: output += jsonLiteral(bytes.map { String(decoding: $0, as: UTF8.self) } ?? "")
        case .signed: output += signed.map(String.init) ?? "null"
        case .unsigned: output += unsigned.map(String.init) ?? "null"
        case .double: output += double.map { "\($0)" } ?? "null"
        case .yes: output += "true"
        case .no: output += "false"
        case .null: output += "null"
        }
    }
}

/// A string as a JSON literal.
public func jsonLiteral(_ text: String) -> String {
    var output = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": output += "\\\""
        case "\\": output += "\\\\"
        case _ where scalar.value < 0x20:
            let digits = String(scalar.value, radix: 16)
            output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: output.unicodeScalars.append(scalar)
        }
    }
    return output + "\""
}
