import Glibc

/// The kernel's clocks.
package enum KernelTime {
    /// Milliseconds since 1970.
    package static var unixMilliseconds: UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(now.tv_sec) * 1_000 + UInt64(now.tv_nsec) / 1_000_000
    }

    /// Milliseconds of a clock that never goes back and has nothing to do with the time of day.
    package static var monotonicMilliseconds: UInt64 { monotonicNanoseconds / 1_000_000 }

    /// Nanoseconds of the same clock.
    package static var monotonicNanoseconds: UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}
