/// One question of the audit to the database, which may stand for several checks.
struct LedgerQuery: Sendable {
    let checks: [LedgerCheck]
    /// A row for everything that is wrong, with the check's name and what is wrong in words; none when all is well.
    let sql: String

    /// `sql` tells in one column what is wrong.
    init(_ check: LedgerCheck, _ sql: String) {
        self.init(sharing: "", [(check, sql)])
    }

    /// Checks of the same rows, which are read and added up once for all of them.
    ///
    /// `shared` are the `WITH` parts that the checks' texts refer to.
    init(sharing shared: String, _ parts: [(LedgerCheck, String)]) {
        checks = parts.map(\.0)
        let found = parts.map { check, sql in "SELECT '\(check.rawValue)', wrong FROM (\(sql)) AS found (wrong)" }
        sql = (shared.isEmpty ? "" : "WITH \(shared) ") + found.joined(separator: " UNION ALL ")
    }
}
