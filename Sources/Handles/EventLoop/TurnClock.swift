import System

/// When a loop's turn began: the kernel is asked once a turn, and only if somebody wants to know.
struct TurnClock {
    /// Of a clock that never goes back.
    private(set) var nowNs = KernelTime.monotonicNanoseconds
    private(set) var nowMs: UInt64
    private var isFresh = true

    init() {
        nowMs = nowNs / 1_000_000
    }

    /// Another turn begins.
    mutating func expire() {
        isFresh = false
    }

    mutating func refresh() {
        guard !isFresh else { return }
        nowNs = KernelTime.monotonicNanoseconds
        nowMs = nowNs / 1_000_000
        isFresh = true
    }
}
