internal import Foundation
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A server of raw sockets on this machine, which does to each connection whatever a test wants done: half an answer,
/// one without end, a reset.
public final class SocketServer: Sendable {
    private let listener: Int32
    private let path: String?
    private let accepted = Atomic(0)
    public let port: UInt16

    /// How many connections there have been.
    public var connections: Int { accepted.load(ordering: .sequentiallyConsistent) }

    /// - Parameters:
    ///   - path: of a unix socket, in place of a free port on loopback.
    ///   - serve: one connection, on a thread of its own; it is closed afterwards.
    public init(path: String? = nil, _ serve: @escaping @Sendable (SocketConnection) -> Void) {
        self.path = path
        listener = socket(path == nil ? AF_INET : AF_UNIX, SocketConnection.stream, 0)
        precondition(
            listener >= 0 && Self.isBound(listener, path) && listen(listener, 1_024) == 0,
            "no loopback socket")
        port = path == nil ? Self.port(of: listener) : 0
        let thread = Thread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                accepted.add(1, ordering: .sequentiallyConsistent)
                let thread = Thread {
                    let connection = SocketConnection(client)
                    serve(connection)
                    connection.close()
                }
                thread.stackSize = 256 << 10
                thread.start()
            }
            // Closed by the thread that accepts: closed under it, its number would soon be another server's.
            close(listener)
        }
        thread.start()
    }

    /// Answers every request of every connection with the same bytes.
    public convenience init(path: String? = nil, answering answer: String) {
        self.init(path: path) { connection in
            while connection.request() != nil { connection.write(answer) }
        }
    }

    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        if let path { unlink(path) }
    }

    public var url: String { "http://127.0.0.1:\(port)" }

    static func isBound(_ listener: Int32, _ path: String?) -> Bool {
        guard let path else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            return isBound(listener, &address)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return isBound(listener, &address)
    }

    private static func isBound<Address>(_ listener: Int32, _ address: inout Address) -> Bool {
        withUnsafeBytes(of: &address) { bytes in
            bytes.baseAddress.map {
                bind(listener, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
            } ?? false
        }
    }

    static func port(of listener: Int32) -> UInt16 {
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
