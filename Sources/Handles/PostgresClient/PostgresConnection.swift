internal import System

/// A session with the server that is opened when it is needed, and again when it was lost.
///
/// Calls run one at a time, on a queue of their own, never on Swift's shared pool.
package actor PostgresConnection {
    /// What becomes of a session that is lost.
    package enum Reopening: Sendable {
        /// The next call opens a new one.
        case automatic
        /// Never again: what the session held, such as a lock, is gone, and the owner must know.
        case never
    }

    /// How often a transaction is run that the server undid because of others beside it.
    private static let contentionAttemptCountMax = 3

    private let executor = QueueExecutor(label: "postgres")
    private let settings: PostgresSettings
    private let reopening: Reopening
    private var session: PostgresSession?
    private var wasOpened = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.unowned }

    package init(_ settings: PostgresSettings, reopening: Reopening = .automatic) {
        self.settings = settings
        self.reopening = reopening
    }

    /// Runs one statement by itself; it is durable when this returns.
    @discardableResult
    package func execute(
        _ sql: String,
        _ parameters: [PostgresParameter] = [],
        preparing: Bool = false
    ) throws(PostgresError) -> [PostgresRow] {
        try usableSession().execute(sql, parameters, preparing: preparing)
    }

    /// Runs `body` in one transaction, which is durable when this returns.
    ///
    /// `body` runs again from the start when the server undid it because of contention.
    ///
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw, after the transaction was undone; `.connectionLost` or `.timedOut` when it is
    ///   unknown whether it was.
    package func transaction<Value: Sendable>(
        _ body: @Sendable (PostgresSession) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value {
        for _ in 1..<Self.contentionAttemptCountMax {
            do throws(PostgresError) {
                return try transactionOnce(body)
            } catch  where error.isContention {
                continue
            }
        }
        return try transactionOnce(body)
    }

    /// Ends the session, and with it every lock that it holds.
    package func close() {
        session = nil
    }

    private func transactionOnce<Value>(
        _ body: (PostgresSession) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value {
        let session = try usableSession()
        try session.execute("BEGIN")
        do throws(PostgresError) {
            let value = try body(session)
            try session.execute("COMMIT")
            return value
        } catch {
            if !session.isBroken {
                do throws(PostgresError) { try session.execute("ROLLBACK") } catch { self.session = nil }
            }
            throw error
        }
    }

    private func usableSession() throws(PostgresError) -> PostgresSession {
        if let session, session.isUsable { return session }
        session = nil
        guard reopening == .automatic || !wasOpened else { throw .connectionLost("the session is over") }
        let new = try PostgresSession(settings)
        session = new
        wasOpened = true
        return new
    }
}
