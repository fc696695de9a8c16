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
        case recorded(stage: BlockMoney.Stage, changes: [BlockMoney.Effect], shortfall: Amount)
        /// It contradicts what was reported of the same block before.
        case contradicts(String)
    }

    let store: any BlockStore
    let rate: FeeRate
    let windowFactor: WindowFactor
    let depths: BlockDepths

    /// Writes a report down, and moves money when it is news.
    func record(_ report: CheckedReport, nowMs: Int64) async throws(PostgresError) -> Outcome {
        try await store.transaction { session throws(PostgresError) in
            var row = try session.row(of: report, nowMs: nowMs)
            if row.height != Int64(report.height) { return .contradicts("the block was reported at another height") }
            var money = BlockMoney(depths: depths, stage: row.stage, roundCount: row.roundCount)
            if row.reward != report.reward && money.roundCount > 0 {
                return .contradicts("the block was credited with another reward")
            }
            row.reward = report.reward
            let effects = money.handle(report.news)
            var shortfall = Amount.zero
            for effect in effects {
                let (transfers, missing) = try transfers(of: effect, report, &row, session)
                try session.post(transfers, nowMs: nowMs)
                shortfall = missing
            }
            row.stage = money.stage
            row.roundCount = money.roundCount
            try session.save(row, of: report, nowMs: nowMs)
            return .recorded(stage: money.stage, changes: effects, shortfall: shortfall)
        }
    }

    /// - Returns: Also what the pool gives back because a miner no longer has it.
    private func transfers(
        of effect: BlockMoney.Effect,
        _ report: CheckedReport,
        _ row: inout BlockRow,
        _ session: any BlockSession
    ) throws(PostgresError) -> (transfers: [Transfer], shortfall: Amount) {
        let block = BlockTransfers(block: report.hash.displayHex)
        func credits(_ round: Int) throws(PostgresError) -> [Transfer] {
            try session.credits(reference: block.reference(round: round))
        }
        switch effect {
        case .credit(round: 1):
            return (block.credit(try split(report, &row, session), round: 1), .zero)
        case .credit(let round):
            return (block.again(try credits(1), round: round), .zero)
        case .mature(let round):
            return (block.mature(try credits(round), round: round), .zero)
        case .reverse(let round, from: .immature):
            return (block.reverseImmature(try credits(round), round: round), .zero)
        case .reverse(let round, from: _):
            let credits = try credits(round)
            let confirmed = try session.held(by: credits.compactMap(\.credit.owner), in: .confirmed)
            return block.reverseConfirmed(credits, round: round, held: confirmed)
        }
    }

    /// Who gets what: decided once, at the first credit, and kept as transfers.
    private func split(
        _ report: CheckedReport,
        _ row: inout BlockRow,
        _ session: any BlockSession
    ) throws(PostgresError) -> RewardSplit {
        let end = try session.shareNumber(of: report.hash) ?? row.reportedSeq
        let size = windowFactor.window(networkWork: row.networkWork)
        let window = try session.window(endingAt: end, size: size)
        row.window = BlockRow.Window(end: end, size: size, missing: window.missing)
        let split = RewardSplit(reward: report.reward, rate: rate, window: window.work, finder: report.finder)
        try session.keep(BlockCredits(split, window: window.work), of: report.hash)
        return split
    }
}
