internal import CLibPQ

/// Owner of one answer.
@safe struct ResultHandle: ~Copyable {
    private let raw: OpaquePointer

    /// - Throws: `.statement` when the answer is a refusal.
    @unsafe init(adopting raw: OpaquePointer) throws(PostgresError) {
        unsafe self.raw = raw
        let status = unsafe PQresultStatus(raw)
        guard status != PGRES_COMMAND_OK, status != PGRES_TUPLES_OK, status != PGRES_EMPTY_QUERY else { return }
        let state = unsafe PQresultErrorField(raw, Int32(UInt8(ascii: "C"))).map { unsafe String(cString: $0) }
        let message = unsafe PQresultErrorField(raw, Int32(UInt8(ascii: "M"))).map { unsafe String(cString: $0) }
        throw .statement(state: state ?? "", message: message ?? "no message")
    }

    deinit {
        unsafe PQclear(raw)
    }

    var rows: [PostgresRow] {
        let columnCount = unsafe PQnfields(raw)
        return (0..<(unsafe PQntuples(raw))).map { row in
            PostgresRow(
                (0..<columnCount).map { column in
                    guard unsafe PQgetisnull(raw, row, column) == 0 else { return nil }
                    return unsafe String(cString: PQgetvalue(raw, row, column))
                }
            )
        }
    }
}
