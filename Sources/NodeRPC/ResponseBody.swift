#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

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
        free(start)
    }

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
        guard needed > capacity || start == nil else { return }
        capacity = max(needed, capacity * 2, 4_096)
        guard let grown = realloc(start, capacity) else { fatalError("out of memory") }
        start = grown
    }
}
