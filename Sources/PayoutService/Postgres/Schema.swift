package import PostgresClient

/// The database's tables, and which version of them a database has.
package enum Schema {
    package enum Failure: Error, Equatable {
        /// A newer release has changed the database: this one would not understand it.
        case newerThanThis(database: Int, known: Int)
        /// The database belongs to another network's pool.
        case otherNetwork(database: String, configured: String)
        case database(PostgresError)
    }

    package static var version: Int { Migration.all.count }

    /// Brings the database to this release's version, in one transaction, however many replicas start at once.
    package static func prepare(_ pool: ConnectionPool, network: String) async throws(Failure) {
        let refusal: Failure?
        do throws(PostgresError) {
            refusal = try await pool.transaction { session throws(PostgresError) -> Failure? in
                try session.execute("SELECT pg_advisory_xact_lock($1)", [.integer(LockKey.migration)])
                if let failure = try migrate(session) { return failure }
                return try claim(session, for: network)
            }
        } catch {
            throw .database(error)
        }
        if let refusal { throw refusal }
    }

    /// - Returns: `nil` once the schema is this release's.
    private static func migrate(_ session: PostgresSession) throws(PostgresError) -> Failure? {
        try session.run(
            """
            CREATE TABLE IF NOT EXISTS schema_versions (
                version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
            """
        )
        let current = try session.execute("SELECT coalesce(max(version), 0) FROM schema_versions")[0]
            .integer(0, as: Int.self)
        guard current <= version else { return .newerThanThis(database: current, known: version) }
        for (number, migration) in zip(1..., Migration.all).dropFirst(current) {
            try session.run(migration.sql)
            try session.execute(
                "INSERT INTO schema_versions (version, name) VALUES ($1, $2)",
                [.integer32(Int32(number)), .text(migration.name)]
            )
        }
        return nil
    }

    /// Ties the database to one network, so that a wrong configuration cannot mix two chains' money.
    private static func claim(_ session: PostgresSession, for network: String) throws(PostgresError) -> Failure? {
        try session.execute(
            "INSERT INTO meta VALUES ('network', $1) ON CONFLICT (key) DO NOTHING",
            [.text(network)]
        )
        let found = try session.execute("SELECT value FROM meta WHERE key = 'network'")[0].text(0)
        return found == network ? nil : .otherNetwork(database: found, configured: network)
    }
}

extension Schema.Failure: CustomStringConvertible {
    /// What is wrong and what to do about it.
    package var description: String {
        switch self {
        case .newerThanThis(let database, let known):
            "the database has version \(database) of the tables, this release knows \(known): run the newer release"
        case .otherNetwork(let database, let configured):
            "the database holds the ledger of \(database), \(configured) is configured: give each network its own"
        case .database(let error): error.description
        }
    }
}
