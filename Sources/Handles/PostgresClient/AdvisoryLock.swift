import System

/// A lock by number that the server holds for one session.
///
/// Everything that must happen only under the lock goes through its `session`: when that is lost so is the lock, and
/// the writes fail with it.
package struct AdvisoryLock: Sendable {
    /// Never reopened.
    package let session: PostgresConnection

    /// Takes the lock, unless another session holds it.
    ///
    /// The server ends a session that lets `silenceMax` pass between two statements, in a transaction or not: a holder
    /// that is frozen, or whose machine is gone, does not keep the lock for ever, and can write nothing when it wakes up.
    /// By the server's clock alone, in whole milliseconds.
    ///
    /// - Returns: `nil` when another session holds it.
    package static func attempt(
        _ key: Int64,
        _ settings: PostgresSettings,
        silenceMax: Duration = .seconds(300)
    ) async throws(PostgresError) -> AdvisoryLock? {
        precondition(silenceMax >= .milliseconds(1), "0 would mean no end")
        let session = PostgresConnection(settings, reopening: .never)
        let rows = try await session.execute(
            """
            SELECT pg_try_advisory_lock($1), set_config('idle_session_timeout', $2, false),
                set_config('idle_in_transaction_session_timeout', $2, false)
            """,
            [.integer(key), .text(String(silenceMax.wholeMilliseconds))]
        )
        guard try rows.first?.boolean(0) == true else {
            await session.close()
            return nil
        }
        return AdvisoryLock(session: session)
    }

    package func release() async {
        // The server frees it also when the session ends, but in its own time.
        _ = try? await session.execute("SELECT pg_advisory_unlock_all()")
        await session.close()
    }
}
