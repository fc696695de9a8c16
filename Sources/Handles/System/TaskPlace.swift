/// Where tasks run.
package enum TaskPlace {
    /// Where the current task prefers to run: given to a new task that is part of the same work, it wakes no other thread.
    ///
    /// - Returns: `nil` outside a task, and in one without a preference.
    package static var current: (any TaskExecutor)? {
        unsafe withUnsafeCurrentTask { task in unsafe task?.unownedTaskExecutor?.asTaskExecutor() }
    }
}
