internal import Cryptography
internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Blocks and their money in PostgreSQL.
struct PostgresBlocks: BlockStore {
    let pool: ConnectionPool
    /// Makes 32 bytes that nobody can guess.
    var makeProofSeed: @Sendable () -> [UInt8] = { SecureRandom.bytes(CreditLeaf.seedByteCount) }

    func transaction<Value: Sendable>(
        _ body: @Sendable (any BlockSession) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        try await pool.transaction { session throws(PostgresError) in
            try body(PostgresBlockSession(session: session, makeProofSeed: makeProofSeed))
        }
    }
}

/// One transaction about a block.
struct PostgresBlockSession: BlockSession {
    let session: PostgresSession
    let makeProofSeed: @Sendable () -> [UInt8]

    func row(of report: CheckedReport, terms: RewardTerms, nowMs: Int64) throws(PostgresError) -> BlockRow {
        try insert(report, terms, nowMs: nowMs)
        let row = try session.execute(
            """
            SELECT stage, round_count, height, reward, network_work, reported_seq, window_end_seq, window_work,
                window_missing, window_start_seq, scheme, window_factor_millionths, fee_millionths, seen_at_ms
            FROM blocks WHERE hash = $1 FOR UPDATE
            """,
            [.bytes(report.hash.bytes)]
        )[0]
        guard let stage = BlockMoney.Stage(rawValue: try row.text(0)) else { throw .unreadable("a block's stage") }
        var block = BlockRow(
            height: try row.integer(2),
            stage: stage,
            roundCount: try row.integer(1),
            reward: Amount(units: try row.integer(3)),
            seenAtMs: try row.integer(13),
            networkWork: Work(hashes: try row.integer(4)),
            terms: row.isNull(10) ? terms : try RewardTerms(row, scheme: 10, factor: 11, fee: 12),
            reportedSeq: try row.integer(5)
        )
        guard !row.isNull(6) else { return block }
        block.window = BlockRow.Window(
            start: row.isNull(9) ? nil : try row.integer(9),
            end: try row.integer(6),
            size: Work(hashes: try row.integer(7)),
            missing: Work(hashes: try row.integer(8))
        )
        return block
    }

    private func insert(_ report: CheckedReport, _ terms: RewardTerms, nowMs: Int64) throws(PostgresError) {
        let finder = try report.finder.map { finder throws(PostgresError) in
            try AccountTable(session, nowMs: nowMs).numbers(of: [finder])[finder]
        }
        try session.execute(
            """
            INSERT INTO blocks (hash, height, job_id, finder_account_id, finder_worker, state, stage, reward,
                network_work, reported_seq, found_at_ms, updated_at_ms, scheme, window_factor_millionths,
                fee_millionths)
            VALUES ($1, $2, $3, $4, $5, $6, 'candidate', $7, $8, greatest((SELECT max(seq) FROM shares),
                (SELECT value::bigint FROM meta WHERE key = 'rolled_up_seq')), $9, $10, $11, $12, $13)
            ON CONFLICT (hash) DO NOTHING
            """,
            [
                .bytes(report.hash.bytes), .integer(Int64(report.height)),
                .integer(Int64(bitPattern: report.jobID)), finder.flatMap { $0 }.map { .integer32($0) } ?? .null,
                .text(report.finderWorker), .text(report.state), .integer(try report.reward.databaseUnits()),
                .numeric(report.networkWork.hashes), .integer(Int64(clamping: report.foundAtMs)), .integer(nowMs),
                .text(terms.scheme.name.rawValue), terms.scheme.factor.map { .numeric($0.millionths) } ?? .null,
                .integer(Int64(terms.fee.millionths)),
            ]
        )
    }

    func save(_ row: BlockRow, of report: CheckedReport, nowMs: Int64) throws(PostgresError) {
        try session.execute(
            """
            UPDATE blocks SET state = $2, stage = $3, round_count = $4, confirmations = $5, reward = $6,
                reason = $7, updated_at_ms = $8, window_end_seq = $9, window_work = $10, window_missing = $11,
                window_start_seq = $12, seen_at_ms = $13
            WHERE hash = $1
            """,
            [
                .bytes(report.hash.bytes), .text(report.state), .text(row.stage.rawValue),
                .integer32(Int32(clamping: row.roundCount)), .integer(Int64(report.confirmations)),
                .integer(try row.reward.databaseUnits()), .text(report.reason), .integer(nowMs),
                row.window.map { .integer($0.end) } ?? .null,
                row.window.map { .numeric($0.size.hashes) } ?? .null,
                row.window.map { .numeric($0.missing.hashes) } ?? .null,
                row.window?.start.map { .integer($0) } ?? .null, .integer(Int64(clamping: row.seenAtMs)),
            ]
        )
    }

    func shareNumber(of proof: Hash256) throws(PostgresError) -> Int64? {
        try session.execute("SELECT seq FROM shares WHERE proof_hash = $1", [.bytes(proof.bytes)]).first?.integer(0)
    }

    func window(endingAt end: Int64, size: Work) throws(PostgresError) -> RewardWindow {
        try WindowReader.read(session, end: end, size: size)
    }

    func keep(_ credits: BlockCredits, of block: Hash256, round: Int) throws(PostgresError) {
        try BlockCreditTable(session).keep(credits, of: block, round: round, seed: makeProofSeed())
    }

    func roundEnd(before end: Int64, of block: Hash256) throws(PostgresError) -> Int64 {
        try WorkReader(session: session).roundEnd(before: end, of: block)
    }

    func work(after start: Int64, through end: Int64) throws(PostgresError) -> [AccountName: Work] {
        try WorkReader(session: session).work(after: start, through: end)
    }

    func credits(reference: String) throws(PostgresError) -> [Transfer] {
        try TransferTable(session, nowMs: 0).transfers(.blockCredit, reference: reference)
    }

    func held(by accounts: [AccountName], in bucket: Bucket) throws(PostgresError) -> [AccountName: Int64] {
        try TransferTable(session, nowMs: 0).held(by: accounts, in: bucket)
    }

    func post(_ transfers: [Transfer], nowMs: Int64) throws(PostgresError) {
        try TransferTable(session, nowMs: nowMs).post(transfers)
    }
}

extension RewardTerms {
    /// From the columns of a block's row.
    fileprivate init(_ row: PostgresRow, scheme: Int, factor: Int, fee: Int) throws(PostgresError) {
        let millionths: UInt64? = row.isNull(factor) ? nil : try row.integer(factor)
        guard let name = RewardScheme.Name(rawValue: try row.text(scheme)),
            let scheme = RewardScheme(name, factor: millionths.flatMap { WindowFactor(millionths: $0) }),
            let fee = FeeRate(millionths: try row.integer(fee))
        else { throw .unreadable("a block's terms") }
        self.init(scheme: scheme, fee: fee)
    }
}
