import Foundation
import Synchronization

/// An HTTP server that gives every request the same answer and keeps what was asked.
final class TinyServer: Sendable {
    let url: String
    private let listener: Int32
    private let asked = Mutex<[String]>([])

    /// - Parameters:
    ///   - answer: the head of every answer, from the status line on, without its lengths.
    ///   - socketPath: where to listen instead of a free port on the loopback interface.
    init(_ answer: String, body: String = "ok", unix socketPath: String? = nil) throws {
        if let socketPath {
            listener = try Self.listen(unix: socketPath)
            url = "http+unix://\(socketPath)"
        } else {
            let (socket, port) = try Self.listenOnLoopback()
            (listener, url) = (socket, "http://127.0.0.1:\(port)")
        }
        let thread = Thread { [weak self, listener] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else {
                    // Closed by the thread that uses it: its number may be another's at once.
                    close(listener)
                    return
                }
                let request = Self.readRequest(connection)
                self?.asked.withLock { $0.append(request) }
                let length = "content-length: \(body.utf8.count)"
                let text = answer + "\r\nconnection: close\r\n\(length)\r\n\r\n\(body)"
                _ = text.withCString { write(connection, $0, strlen($0)) }
                close(connection)
            }
        }
        thread.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    var requests: [String] { asked.withLock { $0 } }

    private static func readRequest(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].lowercased()
                let length = head.components(separatedBy: "content-length: ").dropFirst().first
                    .flatMap { Int($0.prefix { $0.isNumber }) }
                if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
            }
            let count = read(connection, &buffer, buffer.count)
            if count <= 0 { return text }
            bytes += buffer.prefix(count)
        }
    }

    private static func listen(unix path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
        }
        guard bound == 0, Foundation.listen(socket, 16) == 0 else { throw CocoaError(.fileNoSuchFile) }
        return socket
    }

    private static func listenOnLoopback() throws -> (socket: Int32, port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard bound, Foundation.listen(socket, 16) == 0 else { throw CocoaError(.fileNoSuchFile) }
        return (socket, UInt16(bigEndian: address.sin_port))
    }
}
