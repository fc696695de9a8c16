import Hashing
import JSON
import Ledger
import Messages
import MiningDomain
import PayoutService
import PostgresClient

/// A window of a hundred million shares, as the ledger has it when they have been added up.
///
/// Made with `generate_series`, because recording so many takes hours. Sums are as single shares would give them; at both
/// ends there are 20,000 real ones. From the oldest: a million in slices of 20,000, nine of a million, eight of ten
/// millions, nine of a million, and again a million in slices of 20,000. The window begins in the middle of a slice and
/// ends with shares that are not added up.
struct SplitLoad {
    private static let sliceCount: Int64 = 20_000
    private static let shareCount: Int64 = 100_000_000
    /// The share that the window begins near to.
    private static let start: Int64 = 490_000
    private static let runCount = 5
    private static let firstAccount = 1_000_000

    let connection: PostgresConnection
    let service: PayoutService
    let accountCount: Int

    func measure() async throws -> JSON {
        try await connection.execute("TRUNCATE work_slices, work_spans, shares")
        try await fillAccounts()
        for span in Self.spans { try await fill(span) }
        try await fillShares(after: 480_000)
        try await fillShares(after: Self.shareCount)
        try await connection.execute(
            "UPDATE meta SET value = $1 WHERE key = 'rolled_up_seq'",
            [.text("\(Self.shareCount)")]
        )
        try await connection.execute("ANALYZE work_slices, work_spans, shares")
        let rowCount = try await connection.execute("SELECT count(*) FROM work_slices")[0].integer(0, as: UInt64.self)
        let size = try await connection.execute(
            """
            SELECT (SELECT sum(work) FROM work_spans WHERE first_seq > $1)
                + (SELECT sum(work) FROM shares WHERE seq > $1) - 1
            """,
            [.integer(Self.start)]
        )[0].integer(0, as: UInt128.self)
        guard let fee = FeeRate(percent: "1") else { preconditionFailure("a good fee") }
        var times: [Duration] = []
        var partCount = 0
        for _ in 0..<Self.runCount {
            let start = ContinuousClock.now
            let window = try await service.window(
                endingAt: Self.shareCount + Self.sliceCount,
                size: Work(hashes: size)
            )
            let split = RewardSplit(
                reward: Amount(units: 625_000_000),
                rate: fee,
                window: window.work,
                finder: nil
            )
            times.append(.now - start)
            partCount = split.parts.count
            precondition(window.isFull, "the window has as much work as it was asked for")
        }
        var results = JSONObject()
        results["accounts"] = JSON(UInt64(partCount))
        results["slice_rows"] = JSON(rowCount)
        results["split_ms"] = JSON(UInt64(times.sorted()[Self.runCount / 2] / .milliseconds(1)))
        for (name, time) in try await blockTimes(Work(hashes: size)) {
            results[name] = JSON(UInt64(time / .milliseconds(1)))
        }
        return .object(results)
    }

    /// How long the ledger takes to answer a watcher's reports of one block, from the first credit (with its split and the
    /// rows of its proof) to what takes everything back; of two blocks the second, when everybody has balances.
    private func blockTimes(_ size: Work) async throws -> [(name: String, time: Duration)] {
        _ = try await blockTimes(number: 1, size)
        return try await blockTimes(number: 2, size)
    }

    private func blockTimes(number: UInt8, _ size: Work) async throws -> [(name: String, time: Duration)] {
        let hash = Hash256.sha256(of: [number] + Array("block of \(accountCount)".utf8))
        _ = try await report(hash, .submitted, depth: 0, .candidate)
        // The window is twice the network's work.
        try await connection.execute(
            "UPDATE blocks SET network_work = $2 WHERE hash = $1",
            [.bytes(hash.bytes), .numeric(size.hashes / 2)]
        )
        return [
            ("credit_ms", try await report(hash, .accepted, depth: 10, .immature)),
            ("mature_ms", try await report(hash, .confirmed, depth: 100, .confirmed)),
            ("reverse_ms", try await report(hash, .orphaned, depth: 0, .orphaned)),
        ]
    }

    private func report(
        _ hash: Hash256,
        _ state: BlockState,
        depth: UInt32,
        _ expected: BlockStage
    ) async throws -> Duration {
        let start = ContinuousClock.now
        let reply = try await service.calls.recordBlock(
            BlockReport(
                hash: hash.bytes,
                height: 1,
                state: state,
                confirmations: depth,
                reward: 625_000_000,
                networkTarget: [0x7f] + [UInt8](repeating: 0xff, count: 31)
            )
        )
        precondition(reply.stage == expected, "the block's money moves")
        return .now - start
    }

    private struct Span {
        let level: Int32
        let first: Int64
        let last: Int64
    }

    private static let spans: [Span] = {
        func row(_ level: Int32, _ length: Int64, from start: Int64, to end: Int64) -> [Span] {
            stride(from: start, to: end, by: Int(length)).map {
                Span(level: level, first: $0 + 1, last: $0 + length)
            }
        }
        let million: Int64 = 1_000_000
        return row(0, sliceCount, from: 0, to: million) + row(1, million, from: million, to: 10 * million)
            + row(2, 10 * million, from: 10 * million, to: 90 * million)
            + row(1, million, from: 90 * million, to: 99 * million)
            + row(0, sliceCount, from: 99 * million, to: shareCount)
    }()

    private func fillAccounts() async throws {
        try await connection.execute(
            """
            INSERT INTO accounts (account_id, address, created_at_ms)
            SELECT $1 + i, 'bench' || i, 0 FROM generate_series(0, $2 - 1) AS i ON CONFLICT DO NOTHING
            """,
            [.integer32(Int32(Self.firstAccount)), .integer32(Int32(accountCount))]
        )
    }

    /// Each account has a part, or as many as there are shares.
    private func fill(_ span: Span) async throws {
        let rowCount = min(Int64(accountCount), span.last - span.first + 1)
        try await connection.execute(
            """
            WITH slice AS (
                INSERT INTO work_slices (level, last_seq, account_id, first_seq, work)
                SELECT $1, $3, $6 + ($3 / $7 * 7919 + i) % $5, $2, ($3 - $2 + 1) / $4 * 65536 FROM generate_series(1, $4) AS i
                RETURNING work)
            INSERT INTO work_spans (level, first_seq, last_seq, work) SELECT $1, $2, $3, sum(work) FROM slice
            """,
            [
                .integer32(span.level), .integer(span.first), .integer(span.last), .integer(rowCount),
                .integer(Int64(accountCount)), .integer(Int64(Self.firstAccount)), .integer(Self.sliceCount),
            ]
        )
    }

    /// Single shares, which are what the slice that ends with them is made of, if there is one.
    private func fillShares(after seq: Int64) async throws {
        try await connection.execute("SELECT make_share_day(20000)")
        let last = seq + Self.sliceCount
        try await connection.execute(
            """
            INSERT INTO shares (seq, day, proof_hash, job_id, submission_id, judged_at_ms, account_id, client_number, work)
            SELECT $1 + i, 20000, sha256(($1 + i)::text::bytea), 1, 1, 0, $2 + ($4 / $5 * 7919 + i) % $3, 0, 65536
            FROM generate_series(1, $5) AS i
            """,
            [
                .integer(seq), .integer(Int64(Self.firstAccount)), .integer(Int64(accountCount)), .integer(last),
                .integer(Self.sliceCount),
            ]
        )
    }
}
