internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Writes transfers; the schema moves the balances along with them.
struct TransferTable {
    /// Rows of one statement: with any number of accounts, none of them takes as long as a statement may.
    static let rowCountMax = 10_000

    private let session: PostgresSession
    private let nowMs: Int64
    private let rowCountMax: Int

    init(_ session: PostgresSession, nowMs: Int64, rowCountMax: Int = Self.rowCountMax) {
        self.session = session
        self.nowMs = nowMs
        self.rowCountMax = rowCountMax
    }

    private struct Row {
        let transfer: Transfer
        let debit: Int32
        let credit: Int32

        /// The miner's number, or the pool's, which is 0.
        var account: Int32 { max(debit, credit) }
    }

    /// Accounts that are new are added.
    func post(_ transfers: [Transfer]) throws(PostgresError) {
        guard !transfers.isEmpty else { return }
        let numbers = try AccountTable(session, nowMs: nowMs, rowCountMax: rowCountMax).numbers(
            of: transfers.flatMap { [$0.debit.owner, $0.credit.owner] }.compactMap(\.self)
        )
        func number(_ account: LedgerAccount) -> Int32 { account.owner.flatMap { numbers[$0] } ?? 0 }
        // Balances are locked in the order of accounts, over all statements: who else moves some waits, and never both.
        let rows = transfers.map { Row(transfer: $0, debit: number($0.debit), credit: number($0.credit)) }
            .sorted { $0.account < $1.account }
        for start in stride(from: 0, to: rows.count, by: rowCountMax) {
            try insert(rows[start..<min(start + rowCountMax, rows.count)])
        }
    }

    private func insert(_ rows: ArraySlice<Row>) throws(PostgresError) {
        try session.execute(
            """
            INSERT INTO transfers (kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket,
                amount, created_at_ms)
            SELECT *, $8 FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::integer[], $6::text[],
                $7::bigint[])
            """,
            [
                .texts(rows.map(\.transfer.kind.rawValue)),
                .texts(rows.map(\.transfer.reference)),
                .integers32(rows.map(\.debit)),
                .texts(rows.map(\.transfer.debit.bucket.rawValue)),
                .integers32(rows.map(\.credit)),
                .texts(rows.map(\.transfer.credit.bucket.rawValue)),
                .integers(try rows.map { row throws(PostgresError) in try row.transfer.amount.databaseUnits() }),
                .integer(nowMs),
            ]
        )
    }

    /// Every transfer of `kind` with that reference, in the order in which they were written.
    func transfers(_ kind: Transfer.Kind, reference: String) throws(PostgresError) -> [Transfer] {
        try session.execute(
            """
            SELECT debit.address, debit_bucket, credit.address, credit_bucket, amount FROM transfers
            JOIN accounts AS debit ON debit.account_id = debit_account_id
            JOIN accounts AS credit ON credit.account_id = credit_account_id
            WHERE kind = $1 AND reference = $2 ORDER BY transfer_id
            """,
            [.text(kind.rawValue), .text(reference)]
        ).map { row throws(PostgresError) in
            Transfer(
                kind: kind,
                reference: reference,
                from: try LedgerAccount(address: try row.text(0), bucket: try row.text(1)),
                to: try LedgerAccount(address: try row.text(2), bucket: try row.text(3)),
                amount: Amount(units: try row.integer(4))
            )
        }
    }

    /// Base units that each of `accounts` has in `bucket`, which nobody else changes until the transaction ends.
    func held(by accounts: [AccountName], in bucket: Bucket) throws(PostgresError) -> [AccountName: Int64] {
        let rows = try session.execute(
            """
            SELECT address, balance FROM balances JOIN accounts USING (account_id)
            WHERE address = ANY ($1) AND bucket = $2 ORDER BY account_id FOR UPDATE OF balances
            """,
            [.texts(accounts.map(\.description)), .text(bucket.rawValue)]
        )
        var balances: [AccountName: Int64] = [:]
        for row in rows {
            guard let name = AccountName(try row.text(0)) else { throw .unreadable("an account's name") }
            balances[name] = try row.integer(1)
        }
        return balances
    }
}

extension LedgerAccount {
    /// As the database has it, where the pool has no address.
    fileprivate init(address: String, bucket: String) throws(PostgresError) {
        guard let bucket = Bucket(rawValue: bucket), bucket.belongsToMiner == !address.isEmpty else {
            throw .unreadable("a bucket")
        }
        guard bucket.belongsToMiner else {
            self = .pool(bucket)
            return
        }
        guard let owner = AccountName(address) else { throw .unreadable("an account's name") }
        self = .miner(owner, bucket)
    }
}

extension Amount {
    /// As the database keeps it: 63 bits, more than any chain has ever had units.
    func databaseUnits() throws(PostgresError) -> Int64 {
        guard let units = Int64(exactly: units) else { throw .unreadable("an amount past 63 bits") }
        return units
    }
}
