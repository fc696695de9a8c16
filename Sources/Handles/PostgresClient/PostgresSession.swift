import System

/// One open session: what the body of a transaction works with.
///
/// Calls wait for the server; it never leaves the queue of its connection.
package final class PostgresSession {
    /// Prepared statements are kept up to this number a session; further ones run unprepared.
    private static let preparedCountMax = 64

    private struct PreparedKey: Hashable {
        let sql: String
        let types: [UInt32]
    }

    private let handle: ConnectionHandle
    private let settings: PostgresSettings
    private var prepared: [PreparedKey: String] = [:]
    /// Whether the last call left the session in doubt, so that it must not be used again.
    private(set) var isBroken = false

    init(_ settings: PostgresSettings) throws(PostgresError) {
        handle = try ConnectionHandle(settings)
        self.settings = settings
        // A server that is set to acknowledge before it has written would break every promise made after a commit. A
        // client that is frozen in the middle of a transaction must not hold its rows for ever.
        let limit = settings.statementTimeout.wholeMilliseconds
        do throws(PostgresError) {
            try run(
                """
                SET synchronous_commit TO on; SET standard_conforming_strings TO on; SET bytea_output TO hex; \
                SET statement_timeout TO \(limit); SET idle_in_transaction_session_timeout TO \(limit)
                """
            )
        } catch .connectionLost(let reason) {
            throw .unreachable(reason)
        }
    }

    var isUsable: Bool { !isBroken && !handle.isClosedByServer }

    /// Runs one or more statements without parameters.
    package func run(_ script: String) throws(PostgresError) {
        try noting { () throws(PostgresError) in try handle.run(script, until: deadline) }
    }

    /// Runs one statement; parameters are `$1`, `$2` and so on.
    ///
    /// `preparing` keeps the statement's plan for this session: for few statements that run often.
    @discardableResult
    package func execute(
        _ sql: String,
        _ parameters: [PostgresParameter] = [],
        preparing: Bool = false
    ) throws(PostgresError) -> [PostgresRow] {
        try noting { () throws(PostgresError) in
            guard preparing, let name = try preparedName(of: sql, parameters) else {
                return try handle.execute(sql, parameters, until: deadline)
            }
            return try handle.executePrepared(name, parameters, until: deadline)
        }
    }

    private func preparedName(of sql: String, _ parameters: [PostgresParameter]) throws(PostgresError) -> String? {
        let key = PreparedKey(sql: sql, types: parameters.map(\.type))
        if let name = prepared[key] { return name }
        guard prepared.count < Self.preparedCountMax else { return nil }
        let name = "lode_\(prepared.count)"
        try handle.prepare(sql, as: name, parameters, until: deadline)
        prepared[key] = name
        return name
    }

    private var deadline: ContinuousClock.Instant {
        .now + settings.statementTimeout + PostgresSettings.answerGrace
    }

    /// Runs `call`, and remembers a failure after which the session's state is unknown.
    private func noting<Value>(_ call: () throws(PostgresError) -> Value) throws(PostgresError) -> Value {
        do throws(PostgresError) {
            return try call()
        } catch {
            switch error {
            case .connectionLost, .timedOut, .unreachable: isBroken = true
            case .statement, .unreadable, .overloaded: break
            }
            throw error
        }
    }
}
