internal import PostgresClient
internal import Synchronization

/// Up to which number every transfer that will ever be there is there.
///
/// Numbers are given before the commit: while one transaction writes, another may show a higher number, and whoever reads
/// page by page would never see the lower one. Whoever writes transfers holds the table's lock until it has committed; in a
/// moment in which nobody does, all numbers that were given are decided.
final class TransferHorizon: Sendable {
    private let known = Mutex<Int64>(0)

    /// What is known now, or was known last.
    ///
    /// - Throws: `.overloaded` when there was no such moment yet.
    func number(_ pool: ConnectionPool) async throws(PostgresError) -> Int64 {
        let given = try await pool.execute(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM transfers_transfer_id_seq"
        )[0].integer(0, as: Int64.self)
        let writers = try await pool.execute(
            """
            SELECT FROM pg_locks WHERE relation = 'transfers'::regclass AND mode = 'RowExclusiveLock'
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1
            """
        )
        let number = known.withLock { known in
            if writers.isEmpty { known = max(known, given) }
            return known
        }
        guard number > 0 || given == 0 else { throw .overloaded }
        return number
    }
}
