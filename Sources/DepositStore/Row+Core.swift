internal import DepositCore
internal import GRDB

// How the words of the core are spelled in columns.
extension Height {
    var column: Int64 { Int64(rawValue) }
}

extension StoredRow {
    func height(_ column: String) throws -> Height? {
        guard let number: Int64 = try find(column) else { return nil }
        guard let raw = UInt64(exactly: number), let height = Height(raw) else {
            throw Damage("\(column) holds \(number)")
        }
        return height
    }

    /// The three columns of a block, whose names begin with `prefix`; nil where they are null.
    func block(_ prefix: String = "") throws -> BlockRef? {
        guard let height = try height(prefix + "height") else { return nil }
        return BlockRef(
            height: height, hash: BlockHash(try get(prefix + "hash")),
            time: Timestamp(seconds: try get(prefix + "time")))
    }

    func header() throws -> Header {
        guard let block = try block() else { throw Damage("a header has no height") }
        return Header(block: block, parent: BlockHash(try get("parent")))
    }

    /// A column that holds one of an enum's words.
    func word<Word: RawRepresentable<String>>(_ column: String, as type: Word.Type = Word.self) throws
        -> Word?
    {
        guard let text: String = try find(column) else { return nil }
        guard let word = Word(rawValue: text) else { throw Damage("\(column) holds \"\(text)\"") }
        return word
    }

    func count(_ column: String) throws -> UInt64 {
        let number: Int64 = try get(column)
        guard let count = UInt64(exactly: number) else { throw Damage("\(column) holds \(number)") }
        return count
    }
}
