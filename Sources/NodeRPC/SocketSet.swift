#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Sockets that a thread waits for, and a way to wake it meanwhile.
///
/// Of that one thread, but for `wake`.
final class SocketSet: @unchecked Sendable {
    /// A socket for which something has come.
    struct Ready {
        let number: CInt
        let isReadable: Bool
        let isWritable: Bool
        let hasFailed: Bool
    }

    /// The first is the end of a pipe, by which the thread is woken.
    private var watched: [pollfd]
    private var places: [CInt: Int] = [:]
    private let bell: CInt

    /// Nil where the process may open no more files.
    init?() {
        var pipe: [CInt] = [-1, -1]
        guard Self.open(&pipe) else { return nil }
        bell = pipe[1]
        watched = [pollfd(fd: pipe[0], events: Int16(POLLIN), revents: 0)]
    }

    private static func open(_ ends: inout [CInt]) -> Bool {
        guard pipe(&ends) == 0 else { return false }
        return ends.allSatisfy {
            fcntl($0, F_SETFL, O_NONBLOCK) == 0 && fcntl($0, F_SETFD, FD_CLOEXEC) == 0
        }
    }

    deinit {
        close(watched[0].fd)
        close(bell)
    }

    /// Ends the wait that is under way, or the next. A pipe that is full rings already.
    func wake() {
        var byte: UInt8 = 0
        _ = write(bell, &byte, 1)
    }

    func watch(_ socket: CInt, reading: Bool, writing: Bool) {
        let events = Int16((reading ? POLLIN : 0) | (writing ? POLLOUT : 0))
        if let place = places[socket] {
            watched[place].events = events
        } else {
            places[socket] = watched.count
            watched.append(pollfd(fd: socket, events: events, revents: 0))
        }
    }

    func forget(_ socket: CInt) {
        guard let place = places.removeValue(forKey: socket) else { return }
        let last = watched.removeLast()
        guard place < watched.count else { return }
        watched[place] = last
        places[last.fd] = place
    }

    /// Waits until something has come for a socket, somebody wakes it, or a moment has come; ten seconds at most.
    func wait(until moment: ContinuousClock.Instant?) -> [Ready] {
        let count = poll(&watched, nfds_t(watched.count), milliseconds(until: moment))
        guard count > 0 else { return [] }
        if watched[0].revents != 0 { hear() }
        let ready = watched.dropFirst().filter { $0.revents != 0 }.map { entry in
            let came = CInt(entry.revents)
            return Ready(
                number: entry.fd, isReadable: came & (POLLIN | POLLHUP) != 0, isWritable: came & POLLOUT != 0,
                hasFailed: came & (POLLERR | POLLNVAL) != 0)
        }
        // One that is closed would end every wait from here on.
        for entry in watched where CInt(entry.revents) & POLLNVAL != 0 { forget(entry.fd) }
        return ready
    }

    private func milliseconds(until moment: ContinuousClock.Instant?) -> CInt {
        guard let moment else { return 10_000 }
        let left = min(max(.zero, ContinuousClock.now.duration(to: moment)), .seconds(10))
        let (seconds, attoseconds) = left.components
        // Rounded up: a moment too early would be waited for again.
        return CInt(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    private func hear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(watched[0].fd, &bytes, bytes.count) == bytes.count {}
    }
}
