internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Outside of the class, whose own `close` hides the system's.
private func closeDescriptor(_ descriptor: Int32) {
    _ = close(descriptor)
}

/// One connection on this machine, used by one thread: a client of a `SocketServer`, or a client that a test plays.
public final class SocketConnection {
    public struct Request: Sendable {
        public let line: String
        /// Lowercase names.
        public let headers: [String: String]
        public let body: String
    }

    #if canImport(Glibc)
        static let stream = Int32(SOCK_STREAM.rawValue)
        private static let withoutSignal = Int32(MSG_NOSIGNAL)
    #else
        static let stream = SOCK_STREAM
        private static let withoutSignal: Int32 = 0
    #endif

    private let descriptor: Int32
    private var pending: [UInt8] = []

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Connects to a port on loopback; nil where nobody takes the connection.
    public convenience init?(port: Int) {
        let descriptor = socket(AF_INET, Self.stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        let isConnected = withUnsafeBytes(of: &address) { bytes in
            bytes.baseAddress.map {
                connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
            } ?? false
        }
        self.init(descriptor)
        if !isConnected { return nil }
    }

    /// The next request, whole; nil when the client has gone.
    public func request() -> Request? {
        var headEnd: Range<Int>?
        while headEnd == nil {
            headEnd = pending.firstRange(of: Array("\r\n\r\n".utf8))
            if headEnd == nil, !receive() { return nil }
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: pending[..<headEnd.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] =
                parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while pending.count < headEnd.upperBound + length { if !receive() { return nil } }
        let body = String(decoding: pending[headEnd.upperBound..<headEnd.upperBound + length], as: UTF8.self)
        pending.removeFirst(headEnd.upperBound + length)
        return Request(line: lines.first.map(String.init) ?? "", headers: headers, body: body)
    }

    /// Whether the other end took it.
    @discardableResult
    public func write(_ text: String) -> Bool {
        write(Array(text.utf8))
    }

    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Self.withoutSignal)
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// Waits until the other end closes; all that it said until then.
    @discardableResult
    public func untilGone() -> String {
        while receive() {}
        return String(decoding: pending, as: UTF8.self)
    }

    /// Whether the other end says something, or closes, within so many milliseconds.
    public func hears(within milliseconds: Int32) -> Bool {
        var asked = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&asked, 1, milliseconds) > 0
    }

    /// All that has been said, once something has; nil when the other end has gone without a word.
    public func heard() -> String? {
        receive() ? String(decoding: pending, as: UTF8.self) : nil
    }

    /// Closes with a reset instead of a farewell.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    public func close() {
        closeDescriptor(descriptor)
    }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return false }
        pending += buffer[..<count]
        return true
    }
}

extension SocketServer {
    /// An answer with a length and nothing unusual.
    public static func answer(_ body: String, status: String = "200 OK", headers: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }
}
