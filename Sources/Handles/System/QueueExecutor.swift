import Dispatch

/// Runs an actor's jobs one at a time on a queue of its own, so that blocking calls hold up nobody else.
///
/// In the actor:
/// ```
/// private let executor = QueueExecutor(label: "spool")
/// nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.unowned }
/// ```
@safe package final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// What an actor's `unownedExecutor` returns; the actor must keep this executor as long as it lives.
    package var unowned: UnownedSerialExecutor { unsafe asUnownedSerialExecutor() }
}
