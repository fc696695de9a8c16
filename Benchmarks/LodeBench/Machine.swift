import Foundation
import JSON
import System

/// What the figures were measured on: without it they mean nothing.
enum Machine {
    static var description: JSON {
        var fields = JSONObject()
        fields["processor"] = JSON(value(of: "model name", in: "/proc/cpuinfo") ?? "unknown")
        fields["cores"] = JSON(ProcessEnvironment.processorCount)
        fields["memory_mib"] = JSON(memoryMebibytes)
        fields["kernel"] = JSON(text("/proc/sys/kernel/osrelease") ?? "unknown")
        fields["system"] = JSON(value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "=") ?? "unknown")
        fields["load_average"] = JSON(text("/proc/loadavg") ?? "unknown")
        fields["optimized"] = JSON(isOptimized)
        return .object(fields)
    }

    private static var memoryMebibytes: UInt64 {
        let kibibytes = value(of: "MemTotal", in: "/proc/meminfo").flatMap { UInt64($0.prefix { $0.isNumber }) }
        return (kibibytes ?? 0) / 1_024
    }

    /// Assertions run only in debug builds, whose figures say nothing about the pool.
    private static var isOptimized: Bool {
        var isOptimized = true
        assert(
            {
                isOptimized = false
                return true
            }()
        )
        return isOptimized
    }

    private static func value(of key: String, in path: String, separator: Character = ":") -> String? {
        text(path)?.split(separator: "\n").lazy.compactMap { line -> String? in
            let parts = line.split(separator: separator, maxSplits: 1)
            guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key else { return nil }
            return parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
        }.first
    }

    private static func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
