/// The members of one kind of JSON object that we read.
protocol AnswerField: RawRepresentable<Int>, CaseIterable, Sendable where AllCases == [Self] {
    /// The member's name, as nodes write it.
    var name: StaticString { get }
    /// The kind of object, for an error: `receipt`.
    static var kind: StaticString { get }
    static var table: FieldTable { get }
}

/// Finds which field a member's name is, so that an object is read in one pass over its members.
///
/// Open addressing over 256 slots by the name's length and three of its letters: nearly always one
/// comparison.
struct FieldTable: Sendable {
    private let names: [StaticString]
    private let slots: [Int8]

    init(_ names: [StaticString]) {
        var slots = [Int8](repeating: -1, count: 256)
        for (index, name) in names.enumerated() {
            var slot = Self.slot(UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            while slots[slot] >= 0 { slot = (slot + 1) & 255 }
            slots[slot] = Int8(index)
        }
        self.names = names
        self.slots = slots
    }

    init<Field: AnswerField>(_ type: Field.Type) {
        self.init(Field.allCases.map(\.name))
    }

    var count: Int { names.count }

    /// The field's place in its enumeration; nil for a name that we do not read.
    @inline(__always)
    func index(of name: UnsafeRawBufferPointer) -> Int? {
        guard !name.isEmpty else { return nil }
        var slot = Self.slot(name)
        while true {
            let index = Int(slots[slot])
            guard index >= 0 else { return nil }
            if equal(names[index], name) { return index }
            slot = (slot + 1) & 255
        }
    }

    @inline(__always)
    private func equal(_ known: StaticString, _ name: UnsafeRawBufferPointer) -> Bool {
        guard known.utf8CodeUnitCount == name.count else { return false }
        let start = UnsafeRawPointer(known.utf8Start)
        var offset = 0
        while offset + 8 <= name.count {
            let ours = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard ours == name.loadUnaligned(fromByteOffset: offset, as: UInt64.self) else { return false }
            offset += 8
        }
        while offset < name.count {
            guard start.load(fromByteOffset: offset, as: UInt8.self) == name[offset] else { return false }
            offset += 1
        }
        return true
    }

    @inline(__always)
    private static func slot(_ name: UnsafeRawBufferPointer) -> Int {
        let count = name.count
        return (count &* 37 &+ Int(name[0]) &+ Int(name[count / 2]) &* 5 &+ Int(name[count - 1]) &* 11) & 255
    }
}
