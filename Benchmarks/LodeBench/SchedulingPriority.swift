import Glibc
import System

/// Whom the kernel lets run first (`sched(7)`).
enum SchedulingPriority {
    /// Beside all other programs, each with its part of the processor.
    case usual
    /// Before all usual ones: what is measured then is the program, and not who else was there. For root and `CAP_SYS_NICE`.
    case realTime

    /// Of 1 to 99: above every usual program, below what keeps a system alive.
    private static let realTimeLevel: Int32 = 10

    /// Of every thread of these processes and of all that descend from them, and of the threads that those will begin.
    ///
    /// - Returns: `false` when the kernel refuses; then nothing has changed.
    @discardableResult
    func set(for processes: [Int32]) -> Bool {
        for process in ProcessUse.families(of: processes) {
            for thread in (try? Folder.names(in: "/proc/\(process)/task")) ?? [] {
                guard let thread = Int32(thread) else { continue }
                var parameters = sched_param()
                parameters.sched_priority = self == .realTime ? Self.realTimeLevel : 0
                let policy = self == .realTime ? SCHED_RR : SCHED_OTHER
                // A thread may have ended meanwhile.
                if unsafe sched_setscheduler(thread, policy, &parameters) != 0, errno != ESRCH { return false }
            }
        }
        return true
    }
}
