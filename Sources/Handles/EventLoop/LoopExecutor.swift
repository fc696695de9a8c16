/// Runs tasks on a loop's thread, so that what they wait for wakes no thread but that one.
///
/// A preference, not a confinement: once the loop has stopped, or has its hands full, tasks go on in Swift's shared pool. They
/// must not block, as little as anything else on a loop.
package final class LoopExecutor: TaskExecutor {
    typealias Append = @Sendable (@escaping @Sendable () -> Void) -> Bool

    private let append: Append

    /// - Parameter append: Has something done on the loop's thread, and says whether it will be.
    init(_ append: @escaping Append) {
        self.append = append
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isTaken = append { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        if !isTaken { globalConcurrentExecutor.enqueue(job) }
    }
}
