/// Where the runs of one operation stand; what follows from an event is decided here, and done after the lock is gone.
struct OperationState {
    /// Whom a run's end wakes.
    struct Completion {
        /// `nil` when nobody waits yet: the outcome is kept for who will.
        let waiter: CheckedContinuation<Operation.Outcome, Never>?
        let outcome: Operation.Outcome
        let enders: [CheckedContinuation<Void, Never>]

        func resume() {
            waiter?.resume(returning: outcome)
            for ender in enders { ender.resume() }
        }
    }

    /// What follows the step under way.
    var next: Operation.Step?
    var deadline: ContinuousClock.Instant?
    /// How the last step ended, once it has.
    var outcome: Operation.Outcome?
    /// Threads that are inside one of nng's calls that begin a step.
    ///
    /// A step may end before the call that began it has
    /// returned; until then nng 1.5 still uses the context, which must not be closed.
    var beginningCount = 0
    /// Asked for while there may have been nothing that nng could stop.
    var isCancelled = false
    /// Whether every run from now on is cancelled at once.
    var isStopped = false
    /// Whether the socket is about to be closed.
    var isEnded = false

    private var isUnderWay = false
    private var waiter: CheckedContinuation<Operation.Outcome, Never>?
    private var enders: [CheckedContinuation<Void, Never>] = []

    mutating func beginRun(
        _ waiter: CheckedContinuation<Operation.Outcome, Never>?,
        next: Operation.Step?,
        deadline: ContinuousClock.Instant?
    ) {
        precondition(!isUnderWay, "one run at a time")
        isUnderWay = true
        self.waiter = waiter
        self.next = next
        self.deadline = deadline
        outcome = nil
        isCancelled = false
    }

    /// The end of the run, once both its last step and the call that began it have ended; only once.
    mutating func takeCompletion() -> Completion? {
        guard isUnderWay, beginningCount == 0, let outcome else { return nil }
        defer {
            isUnderWay = false
            waiter = nil
            enders = []
        }
        return Completion(waiter: waiter, outcome: outcome, enders: enders)
    }

    /// The outcome of the run that has ended, or of none; else `waiter` is told when it has.
    mutating func outcomeNow(orTell waiter: CheckedContinuation<Operation.Outcome, Never>) -> Operation.Outcome? {
        guard isUnderWay else { return outcome ?? .success([]) }
        self.waiter = waiter
        return nil
    }

    /// Whether no run is under way; else `ender` is told when it has ended.
    mutating func isIdle(orTell ender: CheckedContinuation<Void, Never>) -> Bool {
        guard isUnderWay else { return true }
        enders.append(ender)
        return false
    }
}
