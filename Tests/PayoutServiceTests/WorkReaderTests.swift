import Ledger
import Messages
import MiningDomain
import PostgresClient
import TestSupport
import Testing

@testable import PayoutService

@Suite struct WorkReaderTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func workBetweenTwoSharesIsWhatTheSharesSay(seed: UInt64) async throws {
        let fixture = try await LedgerFixture()
        var random = SeededGenerator(seed: seed)
        var numbers: [Int64: (account: AccountName, work: UInt64)] = [:]
        for batch in 0..<8 {
            let shares = (0..<40).map { number in
                Example.share(
                    batch * 40 + number,
                    of: Example.client(.random(in: 0..<5, using: &random)),
                    work: .random(in: 1 ... .max, using: &random)
                )
            }
            _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: shares))
            // The last two batches are newer than what was added up.
            if batch < 6 { while try await fixture.rollup.rollUp(atLeast: 1) {} }
        }
        for row in try await fixture.pool.execute(
            "SELECT seq, address, work FROM shares JOIN accounts USING (account_id)"
        ) {
            numbers[try row.integer(0)] = (try #require(AccountName(try row.text(1))), try row.integer(2))
        }
        let newest = try #require(numbers.keys.max())
        for _ in 0..<60 {
            let after = Int64.random(in: 0...newest, using: &random)
            let last = Int64.random(in: after...newest, using: &random)
            let expected = numbers.reduce(into: [AccountName: UInt128]()) { sums, share in
                guard share.key > after && share.key <= last else { return }
                sums[share.value.account, default: 0] += UInt128(share.value.work)
            }
            let found = try await fixture.pool.transaction { session throws(PostgresError) in
                try WorkReader(session: session).work(after: after, through: last)
            }
            #expect(found.mapValues(\.hashes) == expected, "after \(after) through \(last)")
        }
    }

    @Test func nothingIsBetweenAShareAndItself() async throws {
        let fixture = try await LedgerFixture()
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: [Example.share(1, of: Example.client(0))]))
        let found = try await fixture.pool.transaction { session throws(PostgresError) in
            try WorkReader(session: session).work(after: 1, through: 1)
        }
        #expect(found.isEmpty)
    }
}
