/// One long-running part of the pool.
package protocol Service: Sendable {
    /// As operators see it in logs and metrics.
    var name: String { get }

    /// Runs until its task is cancelled, then finishes what it has in hand and returns.
    ///
    /// Returning or throwing sooner is a failure, and ends the whole process.
    func run() async throws
}
