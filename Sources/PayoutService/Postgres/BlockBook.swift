internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// The blocks, and the money that each one moves.
struct BlockBook: Sendable {
    /// What became of a report.
    enum Outcome: Equatable, Sendable {
        case recorded(stage: BlockMoney.Stage, changes: [BlockMoney.Effect], shortfall: Int64)
        /// It contradicts what was reported of the same block before.
        case contradicts(String)
    }

    private struct Row {
        let money: BlockMoney
        let height: Int64
        let reward: Amount
        let networkWork: Work
        let reportedSeq: Int64
    }

    let pool: ConnectionPool
    let rate: FeeRate
    let windowFactor: WindowFactor
    let depths: BlockDepths

    /// Writes a report down, and moves money when it is news.
    func record(_ report: CheckedReport, nowMs: Int64) async throws(PostgresError) -> Outcome {
        try await pool.transaction { session throws(PostgresError) in
            let row = try lockedRow(of: report, nowMs: nowMs, session)
            if row.height != Int64(report.height) { return .contradicts("the block was reported at another height") }
            var money = row.money
            if row.reward != report.reward && money.roundCount > 0 {
                return .contradicts("the block was credited with another reward")
            }
            let effects = money.handle(report.news)
            var shortfall: Int64 = 0
            for effect in effects { shortfall += try carryOut(effect, report, row, nowMs: nowMs, session) }
            try update(report, money, nowMs: nowMs, session)
            return .recorded(stage: money.stage, changes: effects, shortfall: shortfall)
        }
    }

    /// The block's row, new or old, which nobody else can change until this transaction ends.
    private func lockedRow(
        of report: CheckedReport,
        nowMs: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) -> Row {
        let finder = try report.finder.map { finder throws(PostgresError) in
            try TransferTable(session, nowMs: nowMs).accountNumbers(of: [finder])[finder]
        }
        try session.execute(
            """
            INSERT INTO blocks (hash, height, job_id, finder_account_id, finder_worker, state, stage, reward,
                network_work, reported_seq, found_at_ms, updated_at_ms)
            VALUES ($1, $2, $3, $4, $5, $6, 'candidate', $7, $8, (SELECT coalesce(max(seq), 0) FROM shares), $9, $10)
            ON CONFLICT (hash) DO NOTHING
            """,
            [
                .bytes(report.hash.bytes), .integer(Int64(report.height)),
                .integer(Int64(bitPattern: report.jobID)), finder.flatMap { $0 }.map { .integer32($0) } ?? .null,
                .text(report.finderWorker), .text(report.state), .integer(try report.reward.databaseUnits()),
                .numeric(report.networkWork.hashes), .integer(Int64(clamping: report.foundAtMs)), .integer(nowMs),
            ]
        )
        let row = try session.execute(
            """
            SELECT stage, round_count, height, reward, network_work, reported_seq FROM blocks WHERE hash = $1 FOR UPDATE
            """,
            [.bytes(report.hash.bytes)]
        )[0]
        guard let stage = BlockMoney.Stage(rawValue: try row.text(0)) else { throw .unreadable("a block's stage") }
        return Row(
            money: BlockMoney(depths: depths, stage: stage, roundCount: try row.integer(1)),
            height: try row.integer(2),
            reward: Amount(units: try row.integer(3)),
            networkWork: Work(hashes: try row.integer(4)),
            reportedSeq: try row.integer(5)
        )
    }

    /// - Returns: What the pool had to give back because a miner no longer has it.
    private func carryOut(
        _ effect: BlockMoney.Effect,
        _ report: CheckedReport,
        _ row: Row,
        nowMs: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) -> Int64 {
        let money = BlockTransfers(session, block: report.hash, nowMs: nowMs)
        switch effect {
        case .credit(round: 1):
            try money.credit(try split(report, row, session))
            return 0
        case .credit(let round):
            try money.creditAgain(round: round)
            return 0
        case .mature(let round):
            try money.mature(round: round)
            return 0
        case .reverse(let round, from: .immature):
            try money.reverseImmature(round: round)
            return 0
        case .reverse(let round, from: _):
            return try money.reverseConfirmed(round: round)
        }
    }

    /// Who gets what: decided once, at the first credit, and kept as transfers.
    private func split(
        _ report: CheckedReport,
        _ row: Row,
        _ session: PostgresSession
    ) throws(PostgresError) -> RewardSplit {
        let own = try session.execute("SELECT seq FROM shares WHERE proof_hash = $1", [.bytes(report.hash.bytes)])
        let end: Int64 = try own.first?.integer(0) ?? row.reportedSeq
        let size = windowFactor.window(networkWork: row.networkWork)
        let window = try WindowReader.read(session, end: end, size: size)
        try session.execute(
            "UPDATE blocks SET window_end_seq = $2, window_work = $3, window_missing = $4 WHERE hash = $1",
            [
                .bytes(report.hash.bytes), .integer(end), .numeric(size.hashes), .numeric(window.missing.hashes),
            ]
        )
        return RewardSplit(reward: report.reward, rate: rate, window: window.work, finder: report.finder)
    }

    private func update(
        _ report: CheckedReport,
        _ money: BlockMoney,
        nowMs: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) {
        try session.execute(
            """
            UPDATE blocks SET state = $2, stage = $3, round_count = $4, confirmations = $5, reward = $6,
                reason = $7, updated_at_ms = $8
            WHERE hash = $1
            """,
            [
                .bytes(report.hash.bytes), .text(report.state), .text(money.stage.rawValue),
                .integer32(Int32(clamping: money.roundCount)), .integer(Int64(report.confirmations)),
                .integer(try report.reward.databaseUnits()), .text(report.reason), .integer(nowMs),
            ]
        )
    }
}
