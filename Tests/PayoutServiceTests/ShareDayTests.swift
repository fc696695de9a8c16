import Hashing
import Messages
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import PayoutService

@Suite struct ShareDayTests {
    private static let day: UInt32 = 86_400
    private static let now: UInt32 = 1_790_000_000

    private static func share(_ number: Int, time: UInt32, submission: UInt64 = 1) -> AcceptedShare {
        var share = Example.share(number, of: Example.client(0), submission: submission)
        share.headerTime = time
        return share
    }

    private static func retention(_ fixture: LedgerFixture, auditDays: Int = 30) -> ShareRetention {
        ShareRetention(fixture.pool, auditDays: auditDays, surroundings: fixture.surroundings)
    }

    private static func rowCounts(_ fixture: LedgerFixture) async throws -> [Int: Int] {
        let rows = try await fixture.pool.execute("SELECT day, count(*) FROM shares GROUP BY day")
        return try rows.reduce(into: [:]) { $0[try $1.integer(0)] = try $1.integer(1, as: Int.self) }
    }

    @Test func aShareIsKeptUnderItsHeadersDayWhichNeedNotBeThereBefore() async throws {
        let fixture = try await LedgerFixture()
        let times = [Self.now, Self.now - Self.day, Self.now + Self.day, 0, Self.now - 30 * Self.day]
        let shares = times.enumerated().map { Self.share($0, time: $1) }
        let request = RecordSharesRequest(shares: shares + shares)
        #expect(try await fixture.calls.outcomes(of: request) == Array(repeating: .recorded, count: 10))
        let today = Int(Self.now / Self.day)
        #expect(
            try await Self.rowCounts(fixture) == [today: 1, today - 1: 1, today + 1: 1, 0: 1, today - 30: 1]
        )
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == 5)
    }

    /// Each step is a share's time and submission, and what becomes of it; all are of one proof.
    private static let repeats: [[(time: UInt32, submission: UInt64, outcome: ShareOutcome)]] = [
        [(now, 1, .recorded), (now, 2, .duplicate), (now, 1, .recorded)],
        // An older release does not tell the time; the proof is the same one.
        [(0, 1, .recorded), (now, 2, .duplicate), (now, 1, .recorded), (0, 2, .duplicate)],
        [(now, 1, .recorded), (0, 2, .duplicate), (0, 1, .recorded), (now, 2, .duplicate)],
    ]

    @Test(arguments: repeats.indices)
    func aProofCountsOnceWhetherItsTimeIsKnownOrNot(index: Int) async throws {
        let fixture = try await LedgerFixture()
        for (number, step) in Self.repeats[index].enumerated() {
            let request = RecordSharesRequest(shares: [Self.share(7, time: step.time, submission: step.submission)])
            #expect(try await fixture.calls.outcomes(of: request) == [step.outcome], "step \(number)")
        }
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == 1)
        let all = RecordSharesRequest(
            shares: [Self.share(8, time: 0, submission: 3), Self.share(8, time: Self.now, submission: 4)]
        )
        #expect(try await fixture.calls.outcomes(of: all).count { $0 == .recorded } == 1)
    }

    @Test(arguments: [now - 31 * day, now + 3 * day, 1, .max])
    func noDayOutsideIsMade(time: UInt32) async throws {
        let fixture = try await LedgerFixture()
        let request = RecordSharesRequest(shares: [Self.share(1, time: Self.now), Self.share(2, time: time)])
        let error = await #expect(throws: RPCError.self) { try await fixture.calls.recordShares(request) }
        #expect(error?.code == .failedPrecondition)
        #expect(try await Self.retention(fixture).days().isEmpty)
    }

    @Test func thereAreNoMoreDaysThanAreKept() async throws {
        let fixture = try await LedgerFixture()
        let range = ShareDayRange(nowMs: fixture.clock.unixMilliseconds, auditDays: 30).days
        let shares = range.map { Self.share($0, time: UInt32($0) * Self.day) }
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: shares))
        let retention = Self.retention(fixture)
        #expect(try await retention.days() == Array(range))
        #expect(range.count == 33)
        while try await fixture.rollup.rollUp(atLeast: 1) {}
        for _ in 0..<4 {
            fixture.clock.advance(by: .seconds(Int64(Self.day)))
            try await retention.runOnce()
            #expect(try await retention.days().count == 33)
        }
    }

    @Test func aDayIsDroppedOnceItIsAddedUpAndItsTimeIsOver() async throws {
        let fixture = try await LedgerFixture()
        let shares = [Self.share(1, time: Self.now), Self.share(2, time: 0)]
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: shares))
        let retention = Self.retention(fixture)
        let today = Int(Self.now / Self.day)
        while try await fixture.rollup.rollUp(atLeast: 1) {}
        fixture.clock.advance(by: .seconds(30 * Int64(Self.day)))
        try await retention.runOnce()
        #expect(try await Self.rowCounts(fixture) == [today: 1, 0: 1])
        let late = Self.share(3, time: Self.now, submission: 3)
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: [late]))
        fixture.clock.advance(by: .seconds(Int64(Self.day)))
        try await retention.runOnce()
        #expect(try await Self.rowCounts(fixture) == [today: 2], "one of them is not added up yet")
        while try await fixture.rollup.rollUp(atLeast: 1) {}
        try await retention.runOnce()
        #expect(try await Self.rowCounts(fixture).isEmpty)
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == 3)
        // Not even a replica whose clock is late opens the day again.
        #expect(try await fixture.pool.execute("SELECT make_share_day(\(today))") == [PostgresRow(["f"])])
        let slow = try await LedgerFixture(fixture.database.conninfo)
        let error = await #expect(throws: RPCError.self) {
            try await slow.calls.recordShares(RecordSharesRequest(shares: [late]))
        }
        #expect(error?.code == .failedPrecondition)
        let next = RecordSharesRequest(shares: [Self.share(4, time: Self.now + Self.day)])
        #expect(try await slow.calls.outcomes(of: next) == [.recorded])
    }

    @Test func aDropGivesWayToWhoeverReads() async throws {
        let fixture = try await LedgerFixture()
        let share = RecordSharesRequest(shares: [Self.share(1, time: Self.now)])
        _ = try await fixture.calls.recordShares(share)
        while try await fixture.rollup.rollUp(atLeast: 1) {}
        fixture.clock.advance(by: .seconds(32 * Int64(Self.day)))
        let retention = Self.retention(fixture)
        let reader = PostgresConnection(fixture.database)
        try await reader.execute("BEGIN")
        try await reader.execute("SELECT count(*) FROM shares")
        let error = await #expect(throws: PostgresError.self) { try await retention.runOnce() }
        #expect(error?.isRetryable == true)
        let next = RecordSharesRequest(shares: [Self.share(2, time: Self.now + 32 * Self.day)])
        #expect(try await fixture.calls.outcomes(of: next) == [.recorded])
        try await reader.execute("COMMIT")
        try await retention.runOnce()
        #expect(try await !retention.days().contains(Int(Self.now / Self.day)))
    }

    @Test func replicasMakeOneDayAtOnce() async throws {
        let fixture = try await LedgerFixture()
        let replicas = [fixture, try await fixture.successor(), try await fixture.successor()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<30 {
                group.addTask {
                    let time = Self.now + UInt32(number % 3) * Self.day
                    let request = RecordSharesRequest(shares: [Self.share(number, time: time)])
                    #expect(try await replicas[number % 3].calls.outcomes(of: request) == [.recorded])
                    if number.isMultiple(of: 10) { try await Self.retention(replicas[number % 3]).runOnce() }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Self.rowCounts(fixture).values.reduce(0, +) == 30)
    }

    @Test func sharesOfAnOlderReleaseStayAndPayNoMoreThanOnce() async throws {
        let settings = PostgresSettings(try await PrivatePostgres.freshDatabase())
        let pool = ConnectionPool(settings, count: 1)
        try await pool.transaction { session throws(PostgresError) in
            try session.run("CREATE TABLE schema_versions (version integer PRIMARY KEY, name text NOT NULL)")
            for (number, migration) in zip(1..., Migration.all.prefix(2)) {
                try session.run(migration.sql)
                try session.run("INSERT INTO schema_versions VALUES (\(number), '\(migration.name)')")
            }
            try session.execute(
                """
                INSERT INTO accounts VALUES (1, $1, 0);
                """,
                [.text(Example.addresses[0])]
            )
            try session.execute(
                """
                INSERT INTO shares (proof_hash, job_id, submission_id, judged_at_ms, account_id, client_number, work)
                VALUES ($1, 1, 1, 1790000000000, 1, 1, 18446744073709551615)
                """,
                [.bytes(Example.hash(5).bytes)]
            )
        }
        let fixture = try await LedgerFixture(settings.conninfo)
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == 1)
        let again = RecordSharesRequest(shares: [
            Self.share(5, time: Self.now, submission: 2), Self.share(5, time: Self.now, submission: 1),
            Self.share(6, time: Self.now, submission: 2),
        ])
        #expect(try await fixture.calls.outcomes(of: again) == [.duplicate, .recorded, .recorded])
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == 2)
        #expect(
            try await fixture.pool.execute("SELECT seq, work FROM shares ORDER BY seq LIMIT 1") == [
                PostgresRow(["1", "18446744073709551615"])
            ]
        )
    }
}
