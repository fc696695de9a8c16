internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// The blocks, and the money that each one moves.
///
/// Decides; what it has decided is kept by a `BlockStore`.
struct BlockBook: Sendable {
    /// What became of a report.
    enum Outcome: Equatable, Sendable {
        case recorded(Record)
        /// It contradicts what was reported of the same block before.
        case contradicts(String)
    }

    struct Record: Equatable, Sendable {
        var stage: BlockMoney.Stage
        var changes: [BlockMoney.Effect]
        /// What miners owe since, because it was in payouts already.
        var debt: Amount
        /// What the block counts for; less than reported when less was credited before.
        var reward: Amount
    }

    let store: any BlockStore
    /// Those of blocks that are heard of for the first time.
    let terms: RewardTerms
    let depths: BlockDepths

    /// Writes a report down, and moves money when it is news.
    func record(_ report: CheckedReport, nowMs: Int64) async throws(PostgresError) -> Outcome {
        try await store.transaction { session throws(PostgresError) in
            var row = try session.row(of: report, terms: terms, nowMs: nowMs)
            if row.height != Int64(report.height) { return .contradicts("the block was reported at another height") }
            // It was held up on its way, or repeated: what it tells of was asked before what is known already. A watcher that has
            // forgotten the block since would not put it right again.
            if report.seenAtMs != 0, report.seenAtMs < row.seenAtMs {
                return .recorded(Record(stage: row.stage, changes: [], debt: .zero, reward: row.reward))
            }
            row.seenAtMs = max(row.seenAtMs, report.seenAtMs)
            var money = BlockMoney(depths: depths, stage: row.stage, roundCount: row.roundCount)
            // Of two rewards the smaller counts once something was credited: what is not there cannot be paid, and
            // two watchers that disagree must not move the money to and fro.
            let isSmaller = report.reward < row.reward
            if isSmaller || money.roundCount == 0 { row.reward = report.reward }
            let effects = (isSmaller ? money.handleSmallerReward() : []) + money.handle(report.news)
            var desk = BlockDesk(report: report, row: row, session: session, nowMs: nowMs)
            for effect in effects { try desk.carryOut(effect) }
            desk.row.stage = money.stage
            desk.row.roundCount = money.roundCount
            try session.save(desk.row, of: report, nowMs: nowMs)
            return .recorded(Record(stage: money.stage, changes: effects, debt: desk.debt, reward: row.reward))
        }
    }
}
