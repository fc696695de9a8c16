internal import PostgresClient

/// Where a look goes on that takes a part of what is old, each time the next one: kept over restarts, and for all replicas.
struct AuditCursor {
    let pool: ConnectionPool
    /// Of `meta`.
    let key: String

    /// Behind which row; empty at the beginning.
    func place() async throws(PostgresError) -> String {
        try await pool.execute("SELECT value FROM meta WHERE key = $1", [.text(key)]).first?.text(0) ?? ""
    }

    func move(to place: String) async throws(PostgresError) {
        try await pool.execute(
            "INSERT INTO meta VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [.text(key), .text(place)]
        )
    }
}
