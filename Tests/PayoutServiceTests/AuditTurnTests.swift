import Hashing
import Ledger
import PostgresClient
import TestSupport
import Testing

@testable import PayoutService

/// What is old is not read at every look: a part of it each time, and each part comes round again.
@Suite struct AuditTurnTests {
    @Test func oldTransactionsHaveTheirTurn() async throws {
        let fixture = try await LedgerFixture()
        for number in 1...5 {
            try await fixture.earn([(0, 1), (1, 1)], block: number, reward: 1_000_000)
            try await fixture.pay()
            fixture.wallet.bury(depth: 6)
            try await fixture.pay()
        }
        let audit = TransactionAudit(pool: fixture.pool, newestCount: 1, olderCount: 2)
        func found(_ scope: LedgerAudit.Scope = .inTurn) async throws -> [String] {
            try await audit.finding(scope)?.rows.map { String($0.prefix("payout 1".count)) } ?? []
        }
        func damage(_ id: Int64, by units: Int64) async throws {
            try await Self.byHand("UPDATE payout_coins SET amount = amount + \(units) WHERE payout_id = \(id)", fixture)
        }
        try await damage(3, by: 1)
        #expect(try await found(.books) == [], "it is settled")
        #expect(try await found(.everything) == ["payout 3"])
        #expect(try await found() == [], "1 and 2")
        for _ in 0..<3 { #expect(try await found() == ["payout 3"], "told until it is right") }
        try await damage(5, by: 1)
        #expect(try await found() == ["payout 5", "payout 3"], "the newest each time")
        try await damage(5, by: -1)
        try await damage(3, by: -1)
        #expect(try await found() == [], "3 and 4")
        try await damage(1, by: 1)
        #expect(try await found() == [], "the end of the round")
        #expect(try await found() == ["payout 1"])
        #expect(try await found(.everything) == ["payout 1"])
        // One that may be sent still is old by its number only.
        try await damage(1, by: -1)
        try await damage(2, by: 1)
        try await Self.byHand("UPDATE payouts SET state = 'broadcast' WHERE payout_id = 2", fixture)
        #expect(try await found(.books) == ["payout 2"])
        #expect(try await found() == ["payout 2"])
    }

    @Test func oldRootsHaveTheirTurn() async throws {
        let fixture = try await LedgerFixture()
        for number in 1...4 { try await fixture.earn([(0, 1), (1, 1)], block: number, reward: 1_000_000) }
        // All are equally old: the newest is the one with the largest hash.
        let blocks = try await fixture.pool.execute("SELECT hash FROM blocks ORDER BY hash").map { try $0.hash(0) }
        let audit = RootAudit(pool: fixture.pool, newestCount: 1, olderCount: 1)
        func found(_ scope: LedgerAudit.Scope = .inTurn) async throws -> [Int] {
            let rows = try await audit.finding(scope)?.rows ?? []
            return rows.compactMap { row in blocks.firstIndex { row.hasPrefix("block \($0.displayHex): ") } }
        }
        func damage(_ place: Int, by work: Int64) async throws {
            try await Self.byHand(
                "UPDATE block_credits SET work = work + \(work) WHERE block_hash = '\\x\(Hex.string(blocks[place].bytes))'",
                fixture
            )
        }
        try await damage(1, by: 1)
        #expect(try await found(.everything) == [1])
        #expect(try await found() == [])
        for _ in 0..<3 { #expect(try await found() == [1], "told until it is right") }
        try await damage(3, by: 1)
        #expect(try await found() == [3, 1], "the newest each time")
        #expect(try await found(.everything) == [1, 3])
        try await damage(3, by: -1)
        try await damage(1, by: -1)
        #expect(try await found() == [], "1")
        try await damage(0, by: 1)
        for place in ["2", "3, which is the newest", "the end of the round"] {
            #expect(try await found() == [], "\(place)")
        }
        #expect(try await found() == [0])
    }

    @Test func aPlaceThatMakesNoSenseIsTheBeginning() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pool.execute("INSERT INTO meta VALUES ('audited_payout', 'x'), ('audited_block', 'x')")
        #expect(try await LedgerAudit.run(fixture.pool, .inTurn).findings == [])
    }

    /// Without triggers and foreign keys.
    private static func byHand(_ sql: String, _ fixture: LedgerFixture) async throws {
        try await fixture.pool.transaction { session throws(PostgresError) in
            try session.run("SET LOCAL session_replication_role = replica; \(sql)")
        }
    }
}
