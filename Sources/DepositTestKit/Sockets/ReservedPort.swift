#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A port on loopback where nobody listens: who connects is refused.
///
/// No other program is given it meanwhile, and a server of ours may listen on it, stop, and listen again: a receiver
/// that is down for a while.
public final class ReservedPort: Sendable {
    public let number: Int
    private let descriptor: Int32

    public init() {
        descriptor = socket(AF_INET, SocketConnection.stream, 0)
        var yes: Int32 = 1
        // With this on both sides, two sockets may have a port as long as no more than one of them listens.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        precondition(descriptor >= 0 && SocketServer.isBound(descriptor, nil), "no loopback socket")
        number = Int(SocketServer.port(of: descriptor))
    }

    deinit {
        close(descriptor)
    }

    public var url: String { "http://127.0.0.1:\(number)" }
}
