import Foundation
import Glibc
import System

/// What the kernel says that processes have used so far (`proc(5)`).
enum ProcessUse {
    /// The kernel counts in these (`sysconf(_SC_CLK_TCK)` is 100 on every Linux that Debian builds).
    private static let tick = Duration.milliseconds(10)
    // Places in `stat`, counted from the end of the name, which is the first.
    private static let (parent, times, waitedTimes) = (2, 12...13, 14...15)

    /// User and system time of all its threads; zero when there is no such process.
    static func time(of process: Int32) -> Duration {
        time(fields(of: process), [times])
    }

    /// Of a process, of its children, and of children that have ended.
    static func timeOfFamily(of process: Int32) -> Duration {
        let children = ((try? Folder.names(in: "/proc")) ?? []).compactMap { Int32($0) }.map(fields)
            .filter { $0.count > parent && Int32($0[parent]) == process }
        return time(fields(of: process), [times, waitedTimes])
            + children.reduce(.zero) { $0 + time($1, [times]) }
    }

    /// These processes and all that descend from them.
    static func families(of processes: [Int32]) -> [Int32] {
        let all = ((try? Folder.names(in: "/proc")) ?? []).compactMap { Int32($0) }
        let parents = all.map { fields(of: $0) }.map { $0.count > parent ? Int32($0[parent]) : nil }
        var family = processes
        var lookedAt = 0
        while lookedAt < family.count {
            for (process, itsParent) in zip(all, parents)
            where itsParent == family[lookedAt] && !family.contains(process) {
                family.append(process)
            }
            lookedAt += 1
        }
        return family
    }

    /// Memory that it has in hand, in bytes.
    static func residentByteCount(of process: Int32) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func time(_ fields: [Substring], _ places: [ClosedRange<Int>]) -> Duration {
        guard fields.count > waitedTimes.upperBound else { return .zero }
        return tick * places.joined().reduce(0) { $0 + (Int(fields[$1]) ?? 0) }
    }

    /// Of `stat`, behind the process's name, which may hold anything.
    private static func fields(of process: Int32) -> [Substring] {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return [] }
        return text[name...].split(separator: " ")
    }
}
