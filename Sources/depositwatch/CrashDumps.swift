import Foundation

/// What a crash of this process would leave of its memory, secrets included: a core file, and in the log what the
/// registers point at.
enum CrashDumps {
    /// There are none from here on, by a pipe to a collector neither; on Linux no other process of this user can look
    /// into our memory or our environment either. What ended us is still said; programs that we start are not bound.
    ///
    /// - Returns: false where the system would not have it.
    static func forbid() -> Bool {
        // Where it finds its tools, Swift's runtime has put a backtracer on these.
        for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { signal(number, SIG_DFL) }
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return false }
        limit.rlim_cur = 0
        guard setrlimit(resource, &limit) == 0 else { return false }
        #if os(Linux)
            return setDumpable(false)
        #else
            return true
        #endif
    }

    #if os(Linux)
        private static let resource = __rlimit_resource_t(RLIMIT_CORE.rawValue)

        /// prctl(2), `PR_SET_DUMPABLE`. A limit of 0 alone does not bind a pipe in `core_pattern` (core(5)).
        private static func setDumpable(_ isDumpable: Bool) -> Bool {
            let operation: Int32 = 4
            return prctl?(operation, isDumpable ? 1 : 0, 0, 0, 0) == 0
        }

        /// Swift does not show functions with any number of arguments.
        private static let prctl = dlsym(nil, "prctl").map {
            unsafeBitCast($0, to: (@convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32).self)
        }
    #else
        private static let resource = RLIMIT_CORE
    #endif
}
