internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Writes transfers; the schema moves the balances along with them.
struct TransferTable {
    private let session: PostgresSession
    private let nowMs: Int64

    init(_ session: PostgresSession, nowMs: Int64) {
        self.session = session
        self.nowMs = nowMs
    }

    /// Accounts that are new are added.
    func post(_ transfers: [Transfer]) throws(PostgresError) {
        guard !transfers.isEmpty else { return }
        let numbers = try accountNumbers(
            of: transfers.flatMap { [$0.debit.owner, $0.credit.owner] }.compactMap(\.self)
        )
        func number(_ account: LedgerAccount) -> Int32 { account.owner.flatMap { numbers[$0] } ?? 0 }
        try session.execute(
            """
            INSERT INTO transfers (kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket,
                amount, created_at_ms)
            SELECT *, $8 FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::integer[], $6::text[],
                $7::bigint[])
            """,
            [
                .texts(transfers.map(\.kind.rawValue)),
                .texts(transfers.map(\.reference)),
                .integers32(transfers.map { number($0.debit) }),
                .texts(transfers.map(\.debit.bucket.rawValue)),
                .integers32(transfers.map { number($0.credit) }),
                .texts(transfers.map(\.credit.bucket.rawValue)),
                .integers(try transfers.map { transfer throws(PostgresError) in try transfer.amount.databaseUnits() }),
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

    /// - Returns: A number for every one of `names`.
    func accountNumbers(of names: [AccountName]) throws(PostgresError) -> [AccountName: Int32] {
        let texts = Set(names).map(\.description).sorted()
        guard !texts.isEmpty else { return [:] }
        try session.execute(
            """
            INSERT INTO accounts (address, created_at_ms)
            SELECT address, $2 FROM unnest($1) AS given (address)
            WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.address = given.address)
            ON CONFLICT (address) DO NOTHING
            """,
            [.texts(texts), .integer(nowMs)]
        )
        var numbers: [AccountName: Int32] = [:]
        for row in try session.execute(
            "SELECT address, account_id FROM accounts WHERE address = ANY ($1)",
            [.texts(texts)]
        ) {
            guard let name = AccountName(try row.text(0)) else { throw .unreadable("an account's name") }
            numbers[name] = try row.integer(1)
        }
        guard numbers.count == texts.count else { throw .unreadable("not every account was found") }
        return numbers
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
