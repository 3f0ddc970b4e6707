#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif
internal import Synchronization

/// Received bytes, grown in place, with room behind them that the JSON parser may read.
///
/// Written by one thread while it is received, and only read afterwards.
public final class ResponseBody: @unchecked Sendable {
    private var start: UnsafeMutableRawPointer?
    private var capacity = 0
    public private(set) var count = 0

    public init() {}

    public init(_ bytes: some Collection<UInt8>) {
        let copied: Void? = bytes.withContiguousStorageIfAvailable { append(UnsafeRawBufferPointer($0)) }
        if copied == nil { Array(bytes).withUnsafeBytes { append($0) } }
    }

    deinit {
        if let start { BodyMemory.rest(start, capacity) }
    }

    /// Valid while this body is held: keep it with `withExtendedLifetime` where it is not used afterwards.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: count)
    }

    /// The first bytes as text, for an error or an attempt's record.
    public func excerpt(_ limit: Int = 200) -> String {
        String(decoding: bytes.prefix(limit), as: UTF8.self)
    }

    func append(_ more: UnsafeRawBufferPointer) {
        reserve(count + more.count)
        if let start, let source = more.baseAddress { memcpy(start + count, source, more.count) }
        count += more.count
    }

    func reserve(_ wanted: Int) {
        let needed = wanted + JSONParser.padding
        if start == nil, let rested = BodyMemory.take(needed) { (start, capacity) = rested }
        guard needed > capacity || start == nil else { return }
        // With room to spare, so that the next answer, which is often a little longer, finds room in it.
        capacity = max(needed + needed / 4, capacity * 2, 4_096)
        guard let grown = realloc(start, capacity) else { fatalError("out of memory") }
        start = grown
    }
}

/// Memory of large bodies that are done with. A block is received into pages that the system has already made, where
/// fresh ones would cost as much as reading it does.
private enum BodyMemory {
    private struct Rested: @unchecked Sendable {
        var start: UnsafeMutableRawPointer
        var capacity: Int
    }

    private static let rested = Mutex<[Rested]>([])
    private static let least = 128 << 10
    private static let most = 8 << 20
    private static let count = 8

    static func take(_ needed: Int) -> (UnsafeMutableRawPointer, Int)? {
        guard needed >= least else { return nil }
        let found = rested.withLock { rested in
            rested.lastIndex { $0.capacity >= needed }.map { rested.remove(at: $0) }
        }
        return found.map { ($0.start, $0.capacity) }
    }

    static func rest(_ start: UnsafeMutableRawPointer, _ capacity: Int) {
        let memory = Rested(start: start, capacity: capacity)
        let isKept =
            (least...most).contains(capacity)
            && rested.withLock { rested in
                guard rested.count < count else { return false }
                rested.append(memory)
                return true
            }
        if !isKept { free(start) }
    }
}
