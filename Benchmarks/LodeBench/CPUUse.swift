import PostgresClient
import System

/// Processor time that this process and a database server have used so far.
struct CPUUse {
    let ours: Duration
    let servers: Duration

    init(_ connection: PostgresConnection) async throws {
        ours = ProcessUse.time(of: ProcessEnvironment.processID)
        servers = try await connection.execute("SELECT pid FROM pg_stat_activity").reduce(.zero) { sum, row in
            sum + ProcessUse.time(of: try row.integer(0))
        }
    }

    private init(ours: Duration, servers: Duration) {
        self.ours = ours
        self.servers = servers
    }

    func since(_ earlier: CPUUse) -> CPUUse {
        CPUUse(ours: ours - earlier.ours, servers: servers - earlier.servers)
    }
}
