internal import Ledger
internal import PostgresClient

/// The numbers by which the database knows accounts.
struct AccountTable {
    private let session: PostgresSession
    private let nowMs: Int64
    /// Rows of one statement.
    private let rowCountMax: Int

    init(_ session: PostgresSession, nowMs: Int64, rowCountMax: Int = TransferTable.rowCountMax) {
        self.session = session
        self.nowMs = nowMs
        self.rowCountMax = rowCountMax
    }

    /// Accounts that are new are added.
    ///
    /// - Returns: A number for every one of `names`.
    func numbers(of names: [AccountName]) throws(PostgresError) -> [AccountName: Int32] {
        let names = Array(Set(names))
        var numbers: [AccountName: Int32] = [:]
        numbers.reserveCapacity(names.count)
        try find(names, &numbers)
        let missing = names.filter { numbers[$0] == nil }.map(\.description).sorted()
        for start in stride(from: 0, to: missing.count, by: rowCountMax) {
            try session.execute(
                """
                INSERT INTO accounts (address, created_at_ms) SELECT address, $2 FROM unnest($1) AS given (address)
                ON CONFLICT (address) DO NOTHING
                """,
                [.texts(missing[start..<min(start + rowCountMax, missing.count)]), .integer(nowMs)]
            )
        }
        if !missing.isEmpty { try find(names.filter { numbers[$0] == nil }, &numbers) }
        guard numbers.count == names.count else { throw .unreadable("not every account was found") }
        return numbers
    }

    /// Notes the numbers of those that are known already.
    private func find(_ names: [AccountName], _ numbers: inout [AccountName: Int32]) throws(PostgresError) {
        for start in stride(from: 0, to: names.count, by: rowCountMax) {
            let rows = try session.execute(
                """
                SELECT place, account_id FROM unnest($1) WITH ORDINALITY AS given (address, place)
                JOIN accounts USING (address)
                """,
                [.texts(names[start..<min(start + rowCountMax, names.count)].map(\.description))]
            )
            for row in rows {
                let place: Int = try row.integer(0)
                numbers[names[start + place - 1]] = try row.integer(1)
            }
        }
    }
}
