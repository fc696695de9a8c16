import Foundation
import PostgresClient
import System

/// Processor time that this process and a database server have used so far.
struct CPUUse {
    /// The kernel counts in these (`sysconf(_SC_CLK_TCK)` is 100 on every Linux that Debian builds).
    private static let tick = Duration.milliseconds(10)

    let ours: Duration
    let servers: Duration

    init(_ connection: PostgresConnection) async throws {
        ours = Self.time(of: ProcessEnvironment.processID)
        servers = try await connection.execute("SELECT pid FROM pg_stat_activity").reduce(.zero) { sum, row in
            sum + Self.time(of: try row.integer(0))
        }
    }

    private init(ours: Duration, servers: Duration) {
        self.ours = ours
        self.servers = servers
    }

    func since(_ earlier: CPUUse) -> CPUUse {
        CPUUse(ours: ours - earlier.ours, servers: servers - earlier.servers)
    }

    /// The 14th and 15th fields of proc(5)'s `stat`: user and system time.
    private static func time(of process: Int32) -> Duration {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return .zero }
        let fields = text[name...].split(separator: " ")
        guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else { return .zero }
        return tick * (user + system)
    }
}
