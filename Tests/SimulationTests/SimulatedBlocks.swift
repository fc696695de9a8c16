import Hashing
import Ledger
import MiningDomain
import PostgresClient

@testable import PayoutService

/// Blocks and their money, as one process reaches them in the simulated database.
struct SimulatedBlocks: BlockStore {
    let world: World
    let life: Life
    let database: SimulatedDatabase

    func transaction<Value: Sendable>(
        _ body: @Sendable (any BlockSession) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        try await world.call(
            life,
            "blocks.transaction",
            refused: .unreachable("down"),
            lost: .connectionLost("in the middle")
        ) { () throws(PostgresError) in
            try database.transaction { books throws(PostgresError) in
                let session = SimulatedBlockSession(books, mutation: world.mutation)
                let value = try body(session)
                books = session.books
                return value
            }
        }
    }
}

final class SimulatedBlockSession: BlockSession {
    private(set) var books: Books
    private let mutation: Mutation?

    init(_ books: Books, mutation: Mutation? = nil) {
        self.books = books
        self.mutation = mutation
    }

    func row(of report: CheckedReport, terms: RewardTerms, nowMs: Int64) throws(PostgresError) -> BlockRow {
        if let row = books.blocks[report.hash] { return row }
        let row = BlockRow(
            height: Int64(report.height),
            stage: .candidate,
            roundCount: 0,
            reward: report.reward,
            seenAtMs: 0,
            networkWork: report.networkWork,
            terms: terms,
            reportedSeq: Int64(books.shares.count)
        )
        books.blocks[report.hash] = row
        books.states[report.hash] = report.state
        return row
    }

    func save(_ row: BlockRow, of report: CheckedReport, nowMs: Int64) throws(PostgresError) {
        books.blocks[report.hash] = row
        books.states[report.hash] = report.state
    }

    func shareNumber(of proof: Hash256) throws(PostgresError) -> Int64? { books.shareNumbers[proof] }

    func window(endingAt end: Int64, size: Work) throws(PostgresError) -> RewardWindow {
        var window = RewardWindow(size: size)
        for share in books.shares.prefix(Int(end)).reversed() where !window.isFull {
            window.take(share.work, of: share.account)
        }
        return window
    }

    func roundEnd(before end: Int64, of block: Hash256) throws(PostgresError) -> Int64 {
        books.blocks.compactMap { hash, row -> Int64? in
            switch row.stage {
            case .immature, .confirmed: break
            case .candidate: guard ["accepted", "confirmed"].contains(books.states[hash]) else { return nil }
            case .orphaned, .rejected: return nil
            }
            let end = row.window?.end ?? books.shareNumbers[hash] ?? row.reportedSeq
            return hash == block ? nil : end
        }.filter { $0 < end }.max() ?? 0
    }

    func work(after start: Int64, through end: Int64) throws(PostgresError) -> [AccountName: Work] {
        let first = min(max(0, Int(start)), books.shares.count)
        let counted = books.shares[first..<max(first, min(Int(end), books.shares.count))]
        return counted.reduce(into: [:]) { work, share in
            work[share.account] = Work(hashes: (work[share.account]?.hashes ?? 0) + share.work.hashes)
        }
    }

    func keep(_ credits: BlockCredits, of block: Hash256, round: Int) throws(PostgresError) {
        guard books.credits[block]?[round] == nil else { throw Self.refusal }
        books.credits[block, default: [:]][round] =
            mutation == .bookKeepsOtherCredits
            ? BlockCredits(fee: Amount(units: credits.fee.units + 1), entries: credits.entries) : credits
    }

    func credits(reference: String) throws(PostgresError) -> [Transfer] {
        books.transfers.filter { $0.kind == .blockCredit && $0.reference == reference }
    }

    func held(by accounts: [AccountName], in bucket: Bucket) throws(PostgresError) -> [AccountName: Int64] {
        Dictionary(uniqueKeysWithValues: Set(accounts).map { ($0, books.balance(.miner($0, bucket))) })
    }

    func post(_ transfers: [Transfer], nowMs: Int64) throws(PostgresError) {
        do throws(BooksRefusal) {
            try books.post(transfers, mutation: mutation)
            guard let first = transfers.first, first.kind == .blockCredit else { return }
            if mutation == .bookCreditsTwice {
                let again = transfers.map {
                    Transfer(
                        kind: $0.kind,
                        reference: $0.reference + "0",
                        from: $0.debit,
                        to: $0.credit,
                        amount: $0.amount
                    )
                }
                try books.post(again, mutation: nil)
            }
            if mutation == .bookCreditsTooLittle {
                let back = Transfer(
                    kind: .blockReverse,
                    reference: first.reference,
                    from: .pool(.fee),
                    to: .pool(.chain),
                    amount: Amount(units: 1)
                )
                try books.post([back], mutation: nil)
            }
        } catch {
            throw Self.refusal
        }
    }

    private static let refusal = PostgresError.statement(state: "23505", message: "a rule of the tables")
}
