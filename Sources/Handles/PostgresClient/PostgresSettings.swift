/// How to reach a server, and how long to wait for it.
package struct PostgresSettings: Sendable {
    /// A libpq connection string: `host=/run/postgresql dbname=lode` or `postgresql://…`.
    package var conninfo: String
    /// How long to wait for a session to open.
    package var connectTimeout: Duration = .seconds(5)
    /// How long one statement may take; the server cancels it then.
    ///
    /// Also how long a transaction may stand still between two; the server ends the session then.
    package var statementTimeout: Duration = .seconds(30)
    /// As the server's `pg_stat_activity` shows it.
    package var applicationName = "lode"

    /// How much longer than `statementTimeout` to wait for the server's own answer before the session is given up.
    package static let answerGrace: Duration = .seconds(5)

    package init(_ conninfo: String) {
        self.conninfo = conninfo
    }
}
