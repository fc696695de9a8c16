internal import BlockFormat
internal import Hashing
internal import Ledger
internal import Messages
internal import MiningDomain
internal import PostgresClient

/// The pool in a few numbers, its payouts and finders, and what moved an account's money.
struct PoolHistory: Sendable {
    static let payoutCountMax: UInt32 = 100
    static let finderCountMax: UInt32 = 100
    static let entryCountMax: UInt32 = 5_000
    /// Watchers that are remembered.
    static let nodeCountMax: Int64 = 16

    let pool: ConnectionPool
    private let horizon = TransferHorizon()

    init(pool: ConnectionPool) {
        self.pool = pool
    }

    /// The newest watcher's word counts; past the bound the one that was silent longest is forgotten.
    func record(_ node: NodeState) async throws(PostgresError) {
        try await pool.transaction { session throws(PostgresError) in
            try session.execute(
                """
                INSERT INTO node_states VALUES ($1, $2, $3, $4)
                ON CONFLICT (name) DO UPDATE SET
                    height = excluded.height, tip = excluded.tip, seen_at_ms = excluded.seen_at_ms
                WHERE node_states.seen_at_ms < excluded.seen_at_ms
                """,
                [
                    .text(node.name), .integer(Int64(node.height)), .bytes(node.tip),
                    .integer(Int64(clamping: node.seenAtMs)),
                ]
            )
            try session.execute(
                """
                DELETE FROM node_states WHERE name NOT IN (
                    SELECT name FROM node_states ORDER BY seen_at_ms DESC, name LIMIT $1)
                """,
                [.integer(Self.nodeCountMax)]
            )
        }
    }

    func figures(nowMs: Int64) async throws(PostgresError) -> PoolFigures {
        try await pool.transaction { session throws(PostgresError) in
            try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let row = try session.execute(
                """
                SELECT (SELECT count(*) - 1 FROM accounts),
                    (SELECT count(DISTINCT worker_id) FROM work_minutes WHERE minute > $1),
                    coalesce(max(found_at_ms), 0), count(*),
                    coalesce((SELECT sum(balance) FROM balances WHERE bucket = 'paid'), 0),
                    (SELECT count(*) FROM payouts WHERE state NOT IN ('confirmed', 'cancelled'))
                FROM blocks WHERE stage NOT IN ('rejected', 'orphaned')
                """,
                [.integer(nowMs / 60_000 - 10)]
            )[0]
            return PoolFigures(
                roundWork: try roundWork(session).bytes,
                accounts: try row.integer(0),
                workers: try row.integer(1),
                lastBlockAtMs: try row.integer(2),
                blocks: try row.integer(3),
                paid: try row.integer(4),
                payoutsPending: try row.integer(5),
                nodes: try session.execute("SELECT name, height, tip, seen_at_ms FROM node_states ORDER BY name").map {
                    row throws(PostgresError) in
                    NodeState(
                        name: try row.text(0),
                        height: try row.integer(1),
                        tip: try row.bytes(2),
                        seenAtMs: try row.integer(3)
                    )
                }
            )
        }
    }

    /// The share of the newest block, with which the round before this one ended; 0 before the first block.
    static func roundStart(_ session: PostgresSession) throws(PostgresError) -> Int64 {
        let rows = try session.execute(
            """
            SELECT coalesce(window_end_seq, (SELECT seq FROM shares WHERE proof_hash = hash), reported_seq) FROM blocks
            WHERE stage NOT IN ('rejected', 'orphaned') ORDER BY found_at_ms DESC LIMIT 1
            """
        )
        return try rows.first?.integer(0) ?? 0
    }

    /// By whole slices, and single shares at both ends, without a look at anybody's part.
    private func roundWork(_ session: PostgresSession) throws(PostgresError) -> Work {
        let row = try session.execute(
            """
            WITH RECURSIVE done AS (SELECT value::bigint AS seq FROM meta WHERE key = 'rolled_up_seq'),
            walk (first_seq, work) AS (
                SELECT seq + 1, 0::numeric FROM done
                UNION ALL
                SELECT span.first_seq, span.work FROM walk CROSS JOIN LATERAL (
                    SELECT * FROM work_spans WHERE last_seq = walk.first_seq - 1 AND first_seq > $1
                    ORDER BY level DESC LIMIT 1
                ) AS span)
            SELECT coalesce(sum(work), 0)
                + (SELECT coalesce(sum(work), 0) FROM shares WHERE seq > greatest($1, (SELECT seq FROM done)))
                + (SELECT coalesce(sum(work), 0) FROM shares WHERE seq > $1 AND seq < (SELECT min(first_seq) FROM walk))
            FROM walk
            """,
            [.integer(try Self.roundStart(session))]
        )[0]
        return Work(hashes: try row.integer(0))
    }

    func payouts(_ request: GetPayoutsRequest) async throws(PostgresError) -> Payouts {
        let rows = try await pool.execute(
            """
            SELECT payout_id, state, coalesce(txid, ''), sum(payout_outputs.amount - coalesce(payout_fee_parts.amount, 0)),
                count(*), payouts.created_at_ms
            FROM payouts JOIN payout_outputs USING (payout_id) JOIN accounts USING (account_id)
                LEFT JOIN payout_fee_parts USING (payout_id, account_id)
            WHERE ($1 = '' OR address = $1) AND (NOT $2 OR state NOT IN ('confirmed', 'cancelled'))
                AND ($3 = 0 OR payout_id < $3)
            GROUP BY payout_id ORDER BY payout_id DESC LIMIT $4
            """,
            [
                .text(request.address), .boolean(request.pending), .integer(Int64(clamping: request.before)),
                .integer(Int64(min(request.count, Self.payoutCountMax))),
            ]
        )
        return Payouts(
            payouts: try rows.map { row throws(PostgresError) in
                PayoutFigures(
                    number: try row.integer(0),
                    state: try row.text(1),
                    txid: Hex.string(try row.bytes(2).reversed()),
                    amount: try row.integer(3),
                    outputs: try row.integer(4),
                    createdAtMs: try row.integer(5)
                )
            }
        )
    }

    func finders(count: UInt32) async throws(PostgresError) -> Finders {
        let rows = try await pool.execute(
            """
            SELECT address, count(*) FILTER (WHERE stage NOT IN ('rejected', 'orphaned')) AS found,
                count(*) FILTER (WHERE stage = 'orphaned'), max(found_at_ms)
            FROM blocks JOIN accounts ON account_id = finder_account_id
            GROUP BY address ORDER BY found DESC, address LIMIT $1
            """,
            [.integer(Int64(min(count, Self.finderCountMax)))]
        )
        return Finders(
            finders: try rows.map { row throws(PostgresError) in
                Finder(
                    address: try row.text(0),
                    blocks: try row.integer(1),
                    orphaned: try row.integer(2),
                    lastBlockAtMs: try row.integer(3)
                )
            }
        )
    }

    /// As far as all that came before them is there too: who asks for the next page misses nothing.
    func entries(of account: AccountName, after: UInt64, count: UInt32) async throws(PostgresError) -> Entries {
        let count = Int(min(count, Self.entryCountMax))
        let last = try await horizon.number(pool)
        let rows = try await pool.execute(
            """
            WITH mine AS (SELECT account_id FROM accounts WHERE address = $1 AND account_id <> 0),
            touched AS (
                (SELECT transfers.* FROM transfers JOIN mine ON debit_account_id = account_id
                    WHERE debit_account_id <> 0 AND transfer_id > $2 AND transfer_id <= $4 ORDER BY transfer_id LIMIT $3)
                UNION
                (SELECT transfers.* FROM transfers JOIN mine ON credit_account_id = account_id
                    WHERE credit_account_id <> 0 AND transfer_id > $2 AND transfer_id <= $4 ORDER BY transfer_id LIMIT $3))
            SELECT transfer_id, created_at_ms, kind, reference,
                CASE WHEN debit_account_id = 0 THEN '' ELSE debit_bucket END,
                CASE WHEN credit_account_id = 0 THEN '' ELSE credit_bucket END, amount
            FROM touched ORDER BY transfer_id LIMIT $3
            """,
            [.text(account.description), .integer(Int64(clamping: after)), .integer(Int64(count) + 1), .integer(last)]
        )
        return Entries(
            entries: try rows.prefix(count).map { row throws(PostgresError) in
                Entry(
                    number: try row.integer(0),
                    atMs: try row.integer(1),
                    kind: try row.text(2),
                    reference: try row.text(3),
                    from: try row.text(4),
                    to: try row.text(5),
                    amount: try row.integer(6)
                )
            },
            hasMore: rows.count > count
        )
    }
}
