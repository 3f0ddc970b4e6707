import Foundation

/// The rows of a CSV file of addresses, read as they are needed. A bad row is an error that names its line.
struct AddressCSV {
    private let file: String
    private let body: [Substring.UTF8View]
    private let columns: [String: Int]
    private let chain: String?

    private static let known = ["address", "chain", "memo", "label", "from"]

    init(at file: String, chain: String?) throws {
        self.file = file
        self.chain = chain
        let data =
            file == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
        guard let data, let text = String(data: data, encoding: .utf8) else {
            throw Exit(code: .badData, message: "\(file) cannot be read as UTF-8 text")
        }
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        guard let header = lines.popFirst() else { throw Exit(code: .badData, message: "\(file) is empty") }
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        body = Array(lines)
        let names = try Self.fields(header, file, line: 1).map { $0.lowercased() }
        for name in names where !Self.known.contains(name) {
            throw Exit(
                code: .badData,
                message: "\(file):1: unknown column \(name); known: \(Self.known.joined(separator: ", "))")
        }
        columns = Dictionary(zip(names, 0...)) { first, _ in first }
        guard columns["address"] != nil else {
            throw Exit(code: .badData, message: "\(file):1: the first line must name a column address")
        }
        guard columns["chain"] != nil || chain != nil else {
            throw Exit(code: .usage, message: "\(file) has no column chain: name the chain with --chain")
        }
    }

    var lines: Int { body.count }

    /// The row at `index`, counted from 0 below the header; nil for an empty line.
    func row(_ index: Int) throws -> AddressRow? {
        let line = index + 2
        let fields = try Self.fields(body[index], file, line: line)
        if fields == [""] { return nil }
        guard fields.count == columns.count else {
            throw Exit(
                code: .badData,
                message: "\(file):\(line): expected \(columns.count) fields, found \(fields.count)")
        }
        func field(_ name: String) -> String? {
            columns[name].map { fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let address = field("address"), let chain = field("chain") ?? chain else {
            throw Exit(code: .badData, message: "\(file):\(line): the address or its chain is empty")
        }
        let from = try field("from").map { text in
            guard let height = UInt32(text) else {
                throw Exit(code: .badData, message: "\(file):\(line): from is no height: \(text)")
            }
            return height
        }
        return AddressRow(
            chain: chain, address: address, memo: field("memo"), label: field("label"), from: from)
    }

    /// Fields of a line by RFC 4180: quoted ones may hold commas, and quotes written twice.
    private static func fields(_ line: Substring.UTF8View, _ file: String, line number: Int) throws
        -> [String]
    {
        var fields: [[UInt8]] = [[]]
        var isQuoted = false
        var wasQuote = false
        for byte in line where byte != UInt8(ascii: "\r") {
            switch byte {
            case UInt8(ascii: "\""):
                if wasQuote { fields[fields.count - 1].append(byte) }
                wasQuote = isQuoted && !wasQuote
                isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                fields.append([])
                wasQuote = false
            default:
                fields[fields.count - 1].append(byte)
                wasQuote = false
            }
        }
        guard !isQuoted else {
            throw Exit(code: .badData, message: "\(file):\(number): a quote is not closed")
        }
        return fields.map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces) }
    }
}
