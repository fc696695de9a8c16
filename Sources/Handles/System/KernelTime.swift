import Glibc

/// The kernel's wall clock.
package enum KernelTime {
    /// Milliseconds since 1970.
    package static var unixMilliseconds: UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(now.tv_sec) * 1_000 + UInt64(now.tv_nsec) / 1_000_000
    }
}
