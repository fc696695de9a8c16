internal import Messages
internal import PostgresClient

/// Where the chain watchers' nodes are, kept over restarts.
struct NodeStates: Sendable {
    /// Watchers that are remembered.
    static let countMax: Int64 = 16

    let pool: ConnectionPool

    /// The newest watcher's word counts; past the bound the one that was silent longest is forgotten.
    func record(_ node: NodeState) async throws(PostgresError) {
        try await pool.transaction { session throws(PostgresError) in
            try session.execute(
                """
                INSERT INTO node_states VALUES ($1, $2, $3, $4)
                ON CONFLICT (name) DO UPDATE SET
                    height = excluded.height, tip = excluded.tip, seen_at_ms = excluded.seen_at_ms
                WHERE node_states.seen_at_ms < excluded.seen_at_ms
                """,
                [
                    .text(node.name), .integer(Int64(node.height)), .bytes(node.tip),
                    .integer(Int64(clamping: node.seenAtMs)),
                ]
            )
            try session.execute(
                """
                DELETE FROM node_states WHERE name NOT IN (
                    SELECT name FROM node_states ORDER BY seen_at_ms DESC, name LIMIT $1)
                """,
                [.integer(Self.countMax)]
            )
        }
    }

    /// By name.
    static func all(_ session: PostgresSession) throws(PostgresError) -> [NodeState] {
        try session.execute("SELECT name, height, tip, seen_at_ms FROM node_states ORDER BY name").map {
            row throws(PostgresError) in
            NodeState(
                name: try row.text(0),
                height: try row.integer(1),
                tip: try row.bytes(2),
                seenAtMs: try row.integer(3)
            )
        }
    }
}
