/// A lock by number that the server holds for one session.
///
/// Everything that must happen only under the lock goes through its `session`: when that is lost so is the lock, and
/// the writes fail with it.
package struct AdvisoryLock: Sendable {
    /// Never reopened.
    package let session: PostgresConnection

    /// - Returns: `nil` when another session holds it.
    package static func attempt(
        _ key: Int64,
        _ settings: PostgresSettings
    ) async throws(PostgresError) -> AdvisoryLock? {
        let session = PostgresConnection(settings, reopening: .never)
        let rows = try await session.execute("SELECT pg_try_advisory_lock($1)", [.integer(key)])
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
