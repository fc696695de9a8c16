internal import ChainAdapter
internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// The versions of payouts' transactions, the coins that they spend, and who bears their fees.
struct PayoutTransactionTable {
    private let session: PostgresSession

    init(_ session: PostgresSession) {
        self.session = session
    }

    /// By payout, oldest first.
    func versions(
        where condition: String,
        _ parameters: [PostgresParameter]
    ) throws(PostgresError) -> [Int64: [PayoutVersion]] {
        var versions: [Int64: [PayoutVersion]] = [:]
        let rows = try session.execute(
            """
            SELECT payout_id, transaction, txid, network_fee, virtual_size, signed_height FROM payout_transactions
            WHERE payout_id IN (SELECT payout_id FROM payouts WHERE \(condition)) ORDER BY payout_id, version
            """,
            parameters
        )
        for row in rows {
            versions[try row.integer(0), default: []].append(
                PayoutVersion(
                    transaction: try row.bytes(1),
                    identifier: try row.hash(2),
                    fee: Amount(units: try row.integer(3)),
                    virtualSize: try row.integer(4),
                    signedHeight: try row.integer(5)
                )
            )
        }
        return versions
    }

    /// By payout, in the order of their names.
    func coins(
        where condition: String,
        _ parameters: [PostgresParameter]
    ) throws(PostgresError) -> [Int64: [PayoutCoin]] {
        var coins: [Int64: [PayoutCoin]] = [:]
        let rows = try session.execute(
            """
            SELECT payout_id, coin_txid, coin_output, amount, script_public_key FROM payout_coins
            WHERE payout_id IN (SELECT payout_id FROM payouts WHERE \(condition))
            """,
            parameters
        )
        for row in rows {
            coins[try row.integer(0), default: []].append(
                PayoutCoin(
                    reference: CoinReference(transaction: try row.hash(1), output: try row.integer(2)),
                    amount: Amount(units: try row.integer(3)),
                    scriptPublicKey: try row.bytes(4)
                )
            )
        }
        return coins.mapValues { $0.sorted { $0.reference < $1.reference } }
    }

    func insert(_ version: PayoutVersion, of id: Int64, nowMs: Int64) throws(PostgresError) {
        try session.execute(
            """
            INSERT INTO payout_transactions (payout_id, version, transaction, txid, network_fee, virtual_size,
                signed_height, created_at_ms)
            SELECT $1, 1 + count(*), $2, $3, $4, $5, $6, $7 FROM payout_transactions WHERE payout_id = $1
            """,
            [
                .integer(id), .bytes(version.transaction), .bytes(version.identifier.bytes),
                .integer(try version.fee.databaseUnits()), .integer(Int64(clamping: version.virtualSize)),
                .integer(Int64(version.signedHeight)), .integer(nowMs),
            ]
        )
    }

    /// - Throws: When one of them is another payout's.
    func insert(_ coins: [PayoutCoin], of id: Int64) throws(PostgresError) {
        for coin in coins {
            try session.execute(
                """
                INSERT INTO payout_coins (payout_id, coin_txid, coin_output, amount, script_public_key)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .integer(id), .bytes(coin.reference.transaction.bytes), .integer(Int64(coin.reference.output)),
                    .integer(try coin.amount.databaseUnits()), .bytes(coin.scriptPublicKey),
                ]
            )
        }
    }

    func insert(_ feeParts: [AccountName: Amount], of id: Int64) throws(PostgresError) {
        guard !feeParts.isEmpty else { return }
        let parts = feeParts.sorted { $0.key < $1.key }
        try session.execute(
            """
            INSERT INTO payout_fee_parts (payout_id, account_id, amount)
            SELECT $1, account_id, amount FROM unnest($2::text[], $3::bigint[]) AS given (address, amount)
            JOIN accounts USING (address)
            """,
            [
                .integer(id), .texts(parts.map(\.key.description)),
                .integers(try parts.map { part throws(PostgresError) in try part.value.databaseUnits() }),
            ]
        )
    }

    func held(among coins: [CoinReference]) throws(PostgresError) -> Set<CoinReference> {
        guard !coins.isEmpty else { return [] }
        let rows = try session.execute(
            """
            SELECT coin_txid, coin_output FROM payout_coins
            JOIN unnest($1::text[], $2::bigint[]) AS given (name, coin_output) USING (coin_output)
            WHERE is_held AND coin_txid = decode(name, 'hex')
            """,
            Self.parameters(coins)
        )
        return Set(try rows.map(Self.reference))
    }

    func isSpent(anyOf transactions: [Hash256]) throws(PostgresError) -> Bool {
        try !session.execute(
            "SELECT FROM payout_coins JOIN unnest($1::text[]) AS given (name) ON coin_txid = decode(name, 'hex') WHERE is_held LIMIT 1",
            [.texts(transactions.map { Hex.string($0.bytes) })]
        ).isEmpty
    }

    /// The oldest payouts' first.
    func freed(countMax: Int) throws(PostgresError) -> [CoinReference] {
        try session.execute(
            """
            SELECT coin_txid, coin_output FROM payout_coins AS freed
            WHERE NOT is_held AND NOT is_unlocked AND NOT EXISTS (
                SELECT FROM payout_coins AS held
                WHERE held.is_held AND (held.coin_txid, held.coin_output) = (freed.coin_txid, freed.coin_output))
            ORDER BY payout_id LIMIT $1
            """,
            [.integer(Int64(countMax))]
        ).map(Self.reference).sorted()
    }

    func markUnlocked(_ coins: [CoinReference]) throws(PostgresError) {
        try session.execute(
            """
            UPDATE payout_coins SET is_unlocked = true
            FROM unnest($1::text[], $2::bigint[]) AS given (name, output)
            WHERE NOT is_held AND NOT is_unlocked AND coin_txid = decode(name, 'hex') AND coin_output = output
            """,
            Self.parameters(coins)
        )
    }

    private static func parameters(_ coins: [CoinReference]) -> [PostgresParameter] {
        [.texts(coins.map { Hex.string($0.transaction.bytes) }), .integers(coins.map { Int64($0.output) })]
    }

    private static func reference(_ row: PostgresRow) throws(PostgresError) -> CoinReference {
        CoinReference(transaction: try row.hash(0), output: try row.integer(1))
    }
}
