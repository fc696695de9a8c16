internal import JSON
internal import PostgresClient
internal import ServiceRuntime

/// Writes the audit log, inside the transaction of what it tells of.
struct OperatorTable {
    private let session: PostgresSession

    init(_ session: PostgresSession) {
        self.session = session
    }

    func insert(_ entry: OperatorEntry, nowMs: Int64) throws(PostgresError) {
        var parameters = JSONObject()
        for (name, value) in entry.parameters.sorted(by: { $0.key < $1.key }) { parameters[name] = .string(value) }
        let note = entry.note.withoutNUL.utf8.prefix(OperatorEntry.noteByteCountMax)
        try session.execute(
            """
            INSERT INTO operator_log (at_ms, operator, action, object, parameters, outcome, note)
            VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7)
            """,
            [
                .integer(nowMs), .text(entry.name.description), .text(entry.action.rawValue), .text(entry.object),
                .text(String(decoding: JSON.object(parameters).encoded(), as: UTF8.self)),
                .text(entry.outcome.rawValue), .text(String(decoding: note, as: UTF8.self)),
            ]
        )
    }
}
