import Glibc

/// How many files and connections this process may hold open at once (`RLIMIT_NOFILE` in `getrlimit(2)`).
package enum OpenFileLimit {
    /// The soft limit, which is what counts; `Int.max` when there is none.
    package static var current: Int { limits.map { count($0.rlim_cur) } ?? 0 }

    /// Lifts the soft limit to the hard one, as every process may.
    ///
    /// The usual soft limit of 1,024 is there for programs that use `select(2)`; this one does not.
    ///
    /// - Returns: The limit from now on; the old one when the kernel refuses.
    @discardableResult
    package static func raise() -> Int {
        if var limits = limits, limits.rlim_cur < limits.rlim_max {
            limits.rlim_cur = limits.rlim_max
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        }
        return current
    }

    private static var limits: rlimit? {
        var limits = rlimit()
        return unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 ? limits : nil
    }

    private static func count(_ limit: rlim_t) -> Int { Int(clamping: limit) }
}
