import System

/// Time, given to whoever needs it, so that a test can set it.
package protocol WallClock: Sendable {
    /// Milliseconds since 1970.
    ///
    /// It may be set back, so that nothing is measured with it: see `monotonicMilliseconds`.
    var unixMilliseconds: UInt64 { get }

    /// Milliseconds of a clock that never goes back and has nothing to do with the time of day: for ages and limits.
    var monotonicMilliseconds: UInt64 { get }

    /// - Throws: `CancellationError` when the task is cancelled first.
    func sleep(for duration: Duration) async throws
}

extension WallClock {
    /// Seconds since 1970, as block headers carry them.
    package var unixSeconds: UInt32 { UInt32(truncatingIfNeeded: unixMilliseconds / 1_000) }
}

/// The machine's own clock.
package struct SystemClock: WallClock {
    package init() {}

    package var unixMilliseconds: UInt64 { KernelTime.unixMilliseconds }
    package var monotonicMilliseconds: UInt64 { KernelTime.monotonicMilliseconds }

    package func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
