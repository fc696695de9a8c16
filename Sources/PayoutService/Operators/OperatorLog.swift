internal import PostgresClient
internal import ServiceRuntime

/// The audit log: what operators did about the money, and what they were refused.
///
/// Append-only.
struct OperatorLog: Sendable {
    /// Entries in one list.
    static let listCountMax = 200

    /// An entry as it is kept.
    struct Kept: Hashable, Sendable {
        let number: Int64
        let atMs: Int64
        let operatorName: String
        let action: String
        let object: String
        /// A JSON object.
        let parameters: String
        let outcome: String
        let note: String
    }

    let pool: ConnectionPool
    let surroundings: Surroundings
    /// Asked before anything is begun that is written down.
    let pace: OperatorPace

    init(pool: ConnectionPool, surroundings: Surroundings) {
        self.pool = pool
        self.surroundings = surroundings
        pace = OperatorPace(clock: surroundings.clock)
    }

    /// Writes down what had no effect; what had one writes its entry itself, in the same transaction.
    ///
    /// That it was refused is true also when this fails: then it stands in the service's own log.
    func write(refused entry: OperatorEntry) async {
        do throws(PostgresError) {
            try await write(entry)
        } catch {
            surroundings.log.error(
                "the audit log could not be written",
                [
                    "operator": entry.name.description, "action": entry.action.rawValue, "object": entry.object,
                    "note": entry.note, "error": "\(error)",
                ]
            )
        }
    }

    /// Writes down what happened elsewhere, in no transaction with it.
    func write(_ entry: OperatorEntry) async throws(PostgresError) {
        let nowMs = surroundings.nowMs
        try await pool.transaction { session throws(PostgresError) in
            try OperatorTable(session).insert(entry, nowMs: nowMs)
        }
    }

    /// Newest first, at most `count`; with `object` only what was about it.
    func list(about object: String? = nil, count: Int) async throws(PostgresError) -> [Kept] {
        try await page(about: object, count: count).entries
    }

    /// The same of those before number `before`, and the number to go on before, or `nil` when that was all.
    func page(
        about object: String? = nil,
        before: Int64 = .max,
        count: Int
    ) async throws(PostgresError) -> (entries: [Kept], next: Int64?) {
        let count = max(1, min(count, Self.listCountMax))
        let entries = try await pool.execute(
            """
            SELECT entry_id, at_ms, operator, action, object, parameters, outcome, note FROM operator_log
            WHERE entry_id < $1 AND ($2::text IS NULL OR object = $2) ORDER BY entry_id DESC LIMIT $3
            """,
            [.integer(before), object.map(PostgresParameter.text) ?? .null, .integer(Int64(count) + 1)]
        ).map { row throws(PostgresError) in
            Kept(
                number: try row.integer(0),
                atMs: try row.integer(1),
                operatorName: try row.text(2),
                action: try row.text(3),
                object: try row.text(4),
                parameters: try row.text(5),
                outcome: try row.text(6),
                note: try row.text(7)
            )
        }
        return (Array(entries.prefix(count)), entries.count > count ? entries[count - 1].number : nil)
    }
}
