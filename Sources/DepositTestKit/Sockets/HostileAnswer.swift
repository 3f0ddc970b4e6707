/// An answer that no honest server gives, and that costs a careless client its memory or its time.
public enum HostileAnswer: String, Sendable, CaseIterable {
    case endlessBody = "a body of 1 GiB"
    case announcedBody = "a body of 1 GiB, announced"
    case gzipBomb = "a gzip bomb"
    case manyHeaders = "a million headers"
    case longHeader = "a header of 64 MiB"
    case deepJSON = "JSON 100,000 deep"
    case hugeString = "a string of 60 MiB"
    case hugeBatch = "a batch of millions of answers"
    case manyNumbers = "an array of 30 million numbers"

    /// Gives this answer to one request, as far as the client takes it.
    public func give(to connection: SocketConnection) {
        switch self {
        case .endlessBody:
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let piece =
                Array("100000\r\n".utf8) + [UInt8](repeating: 0x20, count: 1 << 20) + Array("\r\n".utf8)
            Self.repeated(piece, 1_024, to: connection)
        case .announcedBody:
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
            Self.repeated([UInt8](repeating: 0x20, count: 1 << 20), 1_024, to: connection)
        case .gzipBomb:
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(Self.bomb.count)\r\n\r\n")
            connection.write(Self.bomb)
        case .manyHeaders:
            connection.write("HTTP/1.1 200 OK\r\n")
            Self.repeated(
                Array(String(repeating: "X-Padding: 1\r\n", count: 1_000).utf8), 1_000, to: connection)
        case .longHeader:
            connection.write("HTTP/1.1 200 OK\r\nX-Padding: ")
            Self.repeated([UInt8](repeating: 0x78, count: 1 << 20), 64, to: connection)
        case .deepJSON:
            connection.write(SocketServer.answer(Self.nested("[", "]", 100_000)))
        case .hugeString: Self.give("{\"id\":0,\"result\":\"", "x", 60 << 20, "\"}", to: connection)
        case .hugeBatch: Self.give("[", "{\"id\":0,\"result\":1},", 60 << 20, "0]", to: connection)
        case .manyNumbers: Self.give("[", "1,", 60 << 20, "1]", to: connection)
        }
    }

    /// A server that gives this answer to whatever it is asked.
    public func server() -> SocketServer {
        SocketServer { connection in
            while connection.request() != nil { give(to: connection) }
        }
    }

    private static func nested(_ open: String, _ close: String, _ depth: Int) -> String {
        String(repeating: open, count: depth) + String(repeating: close, count: depth)
    }

    private static func repeated(_ piece: [UInt8], _ count: Int, to connection: SocketConnection) {
        for _ in 0..<count where !connection.write(piece) { return }
    }

    private static func give(
        _ start: String, _ part: String, _ length: Int, _ end: String, to connection: SocketConnection
    ) {
        let count = length / part.utf8.count / 1_024
        let piece = Array(String(repeating: part, count: 1_024).utf8)
        let total = start.utf8.count + piece.count * count + end.utf8.count
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n\(start)")
        repeated(piece, count, to: connection)
        connection.write(end)
    }

    /// A MiB of which gzip makes a GiB of zeros: a header, and one block of back references after the other.
    ///
    /// RFC 1951: a fixed block begins with the bits 1 1 0; a literal 0 is 8 bits, 00110000; length 258 is 8 bits,
    /// 11000101; distance 1 is 5 bits, 00000. So every 13 bits stand for 258 zeros.
    private static let bomb: [UInt8] = {
        var bytes: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
        var partial: UInt8 = 0
        var filled = 0
        func put(_ bits: [UInt8]) {
            for bit in bits {
                partial |= bit << UInt8(filled)
                filled += 1
                if filled == 8 {
                    bytes.append(partial)
                    (partial, filled) = (0, 0)
                }
            }
        }
        put([1, 1, 0] + [0, 0, 1, 1, 0, 0, 0, 0])
        let reference: [UInt8] = [1, 1, 0, 0, 0, 1, 0, 1] + [0, 0, 0, 0, 0]
        while bytes.count < 1 << 20 { put(reference) }
        return bytes
    }()
}
