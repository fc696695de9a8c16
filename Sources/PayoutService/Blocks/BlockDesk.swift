internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Carries out, inside one transaction, what was decided about one block.
struct BlockDesk {
    let report: CheckedReport
    /// What miners owe since.
    private(set) var debt = Amount.zero
    var row: BlockRow

    private let session: any BlockSession
    private let nowMs: Int64
    private let block: BlockTransfers

    init(report: CheckedReport, row: BlockRow, session: any BlockSession, nowMs: Int64) {
        self.report = report
        self.row = row
        self.session = session
        self.nowMs = nowMs
        block = BlockTransfers(block: report.hash.displayHex)
    }

    mutating func carryOut(_ effect: BlockMoney.Effect) throws(PostgresError) {
        switch effect {
        case .credit(let round):
            try post(try credit(round: round))
        case .mature(let round):
            let matured = block.mature(try credits(round), round: round)
            try post(matured)
            let debts = try session.held(by: matured.compactMap(\.credit.owner), in: .debt)
            let recovery = DebtRecovery.transfers(after: matured, debts: debts)
            try post(recovery)
            let recovered = recovery.reduce(0) { $0 + $1.amount.units }
            debt = Amount(units: debt.units - min(debt.units, recovered))
        case .reverse(let round, from: .immature):
            try post(block.reverseImmature(try credits(round), round: round))
        case .reverse(let round, from: _):
            let credits = try credits(round)
            let confirmed = try session.held(by: credits.compactMap(\.credit.owner), in: .confirmed)
            let (reversal, debt) = block.reverseConfirmed(credits, round: round, held: confirmed)
            try post(reversal)
            self.debt = debt
        }
    }

    private func post(_ transfers: [Transfer]) throws(PostgresError) {
        try session.post(transfers, nowMs: nowMs)
    }

    private func credits(_ round: Int) throws(PostgresError) -> [Transfer] {
        try session.credits(reference: block.reference(round: round))
    }

    /// Who gets what is decided once, at the first credit, and again only when the reward has become another.
    private mutating func credit(round: Int) throws(PostgresError) -> [Transfer] {
        if round > 1 {
            let last = try credits(round - 1)
            if last.reduce(0, { $0 + $1.amount.units }) == row.reward.units { return block.again(last, round: round) }
        }
        let work = try countedWork()
        let split = RewardSplit(reward: row.reward, rate: row.terms.fee, window: work, finder: report.finder)
        try session.keep(BlockCredits(split, window: work), of: report.hash, round: round)
        return block.credit(split, round: round)
    }

    /// The work over which the reward is split, noted in the block's row; the same again when it was noted before.
    private mutating func countedWork() throws(PostgresError) -> [AccountName: Work] {
        let end = try windowEnd()
        switch row.terms.scheme.span(networkWork: row.networkWork) {
        case .last(let size):
            let window = try session.window(endingAt: end, size: size)
            row.window = BlockRow.Window(start: nil, end: end, size: size, missing: window.missing)
            return window.work
        case .round:
            let start = try roundStart(end: end)
            let work = try session.work(after: start, through: end)
            let size = Work(hashes: work.values.reduce(0) { $0 + $1.hashes })
            row.window = BlockRow.Window(start: start, end: end, size: size, missing: .zero)
            return work
        case .nothing:
            row.window = BlockRow.Window(start: nil, end: end, size: .zero, missing: .zero)
            return [:]
        }
    }

    private func windowEnd() throws(PostgresError) -> Int64 {
        if let noted = row.window { return noted.end }
        guard let own = try session.shareNumber(of: report.hash) else { return row.reportedSeq }
        return own
    }

    private func roundStart(end: Int64) throws(PostgresError) -> Int64 {
        if let noted = row.window?.start { return noted }
        return try session.roundEnd(before: end, of: report.hash)
    }
}
