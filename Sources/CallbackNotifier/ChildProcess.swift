#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif
internal import Synchronization

/// One run of a program, from its start to its end, on the thread that asks for it.
enum ChildProcess {
    enum End {
        /// The exit code, and the first KiB of standard output and error.
        case exited(Int32, output: String)
        case killed(signal: Int32)
        case timedOut
        case stopped
        case failed(String)
    }

    /// Ends a run early.
    final class Stop: Sendable {
        private let flag = Atomic(false)
        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    /// - Parameter input: all of it must fit into a pipe (64 KiB), so that writing it never waits for the program.
    static func run(
        _ program: String, input: [UInt8], environment: [String], seconds: Int, stop: Stop
    ) -> End {
        guard let toChild = Pipe(), let fromChild = Pipe() else { return .failed(lastError()) }
        _ = fcntl(toChild.writeEnd, F_SETFL, O_NONBLOCK)
        guard write(toChild.writeEnd, input, input.count) == input.count else {
            return .failed("the event does not fit into a pipe: \(lastError())")
        }
        toChild.closeWriteEnd()
        var child: pid_t = 0
        var error = spawn(program, environment, toChild, fromChild, &child)
        for _ in 0..<200 where error == ETXTBSY {
            // The program is just being replaced, or a process on its way to its own exec still holds it open.
            poll(nil, 0, 10)
            error = spawn(program, environment, toChild, fromChild, &child)
        }
        guard error == 0 else { return .failed(String(cString: strerror(error))) }
        toChild.closeReadEnd()
        fromChild.closeWriteEnd()
        return wait(for: child, fromChild.readEnd, seconds: seconds, stop: stop)
    }

    /// In a process group of its own, so that what it starts is killed with it; with no file of ours but the pipes;
    /// with our search path and nothing else of our environment, where secrets may be.
    private static func spawn(
        _ program: String, _ environment: [String], _ toChild: Pipe, _ fromChild: Pipe, _ child: inout pid_t
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild.readEnd, 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild.writeEnd, 1)
        posix_spawn_file_actions_adddup2(&actions, fromChild.writeEnd, 2)
        _ = closeFrom?(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let path = getenv("PATH").map { "PATH=" + String(cString: $0) } ?? "PATH=/usr/bin:/bin"
        var arguments = [strdup(program), nil]
        var variables = (environment + [path]).map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        return posix_spawn(&child, program, &actions, &attributes, &arguments, &variables)
    }

    /// Closes every file from one on in the child; glibc has it since 2.34, and its Swift module does not show it.
    private static let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
        unsafeBitCast(
            $0, to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
    }

    private static func wait(for child: pid_t, _ output: Int32, seconds: Int, stop: Stop) -> End {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var kept: [UInt8] = []
        var status: Int32 = 0
        while true {
            drain(output, into: &kept, milliseconds: 20)
            if waitpid(child, &status, WNOHANG) == child { break }
            guard !stop.isSet, ContinuousClock.now < deadline else {
                kill(-child, SIGKILL)
                waitpid(child, &status, 0)
                return stop.isSet ? .stopped : .timedOut
            }
        }
        drain(output, into: &kept, milliseconds: 0)
        let signal = status & 0x7f
        guard signal == 0 else { return .killed(signal: signal) }
        return .exited((status >> 8) & 0xff, output: String(decoding: kept.prefix(1_024), as: UTF8.self))
    }

    /// Reads what there is, so that the program never waits for us; keeps the beginning.
    private static func drain(_ output: Int32, into kept: inout [UInt8], milliseconds: Int32) {
        var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, milliseconds) > 0 else { return }
        if ready.revents & Int16(POLLIN) == 0 {
            // The program has closed its output: it has ended, or is about to, and cannot be waited for with poll.
            if milliseconds > 0 { poll(nil, 0, 1) }
            return
        }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(output, &buffer, buffer.count)
        if count > 0, kept.count < 1_024 { kept += buffer.prefix(count) }
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}

/// Two ends that no other program inherits.
private final class Pipe {
    private(set) var readEnd: Int32 = -1
    private(set) var writeEnd: Int32 = -1

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        (readEnd, writeEnd) = (ends[0], ends[1])
        _ = fcntl(readEnd, F_SETFD, FD_CLOEXEC)
        _ = fcntl(writeEnd, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        closeReadEnd()
        closeWriteEnd()
    }

    func closeReadEnd() {
        if readEnd >= 0 { close(readEnd) }
        readEnd = -1
    }

    func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }
}
