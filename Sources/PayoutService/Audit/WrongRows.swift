/// Collects what a check finds: all are counted, and the first kept in words.
struct WrongRows {
    private(set) var count = 0
    private var rows: [String] = []

    mutating func append(_ row: String) {
        count += 1
        if rows.count < LedgerFinding.rowCountMax { rows.append(row) }
    }

    /// - Returns: `nil` when all was right.
    func finding(_ check: LedgerCheck) -> LedgerFinding? {
        count > 0 ? LedgerFinding(check: check, count: count, rows: rows) : nil
    }
}
