internal import Foundation
internal import Glibc
internal import Synchronization

/// A server of raw sockets on this machine, which does to each connection whatever a test wants done.
final class LoopbackServer: Sendable {
    private let listener: Int32
    private let path: String?
    private let accepted = Atomic(0)
    let port: UInt16

    /// How many connections there have been.
    var connections: Int { accepted.load(ordering: .sequentiallyConsistent) }

    /// - Parameter serve: one connection, on a thread of its own; it is closed afterwards.
    init(path: String? = nil, _ serve: @escaping @Sendable (Connection) -> Void) {
        self.path = path
        listener = socket(path == nil ? AF_INET : AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        precondition(
            listener >= 0 && Self.bind(listener, path) && listen(listener, 1_024) == 0, "no loopback socket")
        port = path == nil ? Self.port(of: listener) : 0
        let thread = Thread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                accepted.add(1, ordering: .sequentiallyConsistent)
                let thread = Thread {
                    let connection = Connection(client)
                    serve(connection)
                    connection.close()
                }
                thread.stackSize = 256 << 10
                thread.start()
            }
            // Closed by the thread that accepts: closed under it, its number would soon be another server's.
            Glibc.close(listener)
        }
        thread.start()
    }

    /// Answers every request of every connection with the same bytes.
    convenience init(path: String? = nil, answering answer: String) {
        self.init(path: path) { connection in
            while connection.request() != nil { connection.write(answer) }
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        if let path { unlink(path) }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    private static func bind(_ listener: Int32, _ path: String?) -> Bool {
        guard let path else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            return bind(listener, &address)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return bind(listener, &address)
    }

    private static func bind<Address>(_ listener: Int32, _ address: inout Address) -> Bool {
        withUnsafeBytes(of: &address) { bytes in
            bytes.baseAddress.map {
                Glibc.bind(listener, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
            } ?? false
        }
    }

    private static func port(of listener: Int32) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutableBytes(of: &address) { bytes in
            _ = bytes.baseAddress.map {
                getsockname(listener, $0.assumingMemoryBound(to: sockaddr.self), &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}

/// One client's connection, as its thread sees it.
final class Connection {
    struct Request {
        let line: String
        /// Lowercase names.
        let headers: [String: String]
        let body: String
    }

    private let socket: Int32
    private var pending: [UInt8] = []

    init(_ socket: Int32) {
        self.socket = socket
    }

    /// The next request, whole; nil when the client has gone.
    func request() -> Request? {
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

    /// Whether the client took it.
    @discardableResult
    func write(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            bytes = bytes.dropFirst(sent)
        }
        return true
    }

    /// Waits until the client closes its end.
    func untilGone() {
        while receive() {}
    }

    /// Closes with a reset instead of a farewell.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    func close() {
        Glibc.close(socket)
    }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return false }
        pending += buffer[..<count]
        return true
    }
}

/// An answer with a length and nothing unusual.
func http(_ body: String, status: String = "200 OK", headers: String = "") -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
}
