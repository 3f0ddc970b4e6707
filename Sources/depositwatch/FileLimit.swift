import Foundation

/// How many files and sockets this process may have open.
enum FileLimit {
    /// More than anything here needs, and little enough for programs that we start and that go through all of them.
    private static let most: rlim_t = 65_536

    /// Raises the soft limit as far as the hard one allows.
    ///
    /// - Returns: what it is from here on.
    static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 256 }
        let wanted = min(limit.rlim_max, most)
        if limit.rlim_cur < wanted {
            var raised = limit
            raised.rlim_cur = wanted
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(min(limit.rlim_cur, most))
    }

    #if os(Linux)
        private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let resource = RLIMIT_NOFILE
    #endif
}
