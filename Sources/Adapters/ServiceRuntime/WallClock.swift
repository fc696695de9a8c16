import System

/// Time, given to whoever needs it, so that a test can set it.
package protocol WallClock: Sendable {
    /// Milliseconds since 1970.
    var unixMilliseconds: UInt64 { get }

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

    package func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
