/// Waiting for the end of a task from within.
package enum Cancellation {
    /// Returns when the task that calls this is cancelled.
    package static func wait() async {
        let (never, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in never {}
        continuation.finish()
    }
}
