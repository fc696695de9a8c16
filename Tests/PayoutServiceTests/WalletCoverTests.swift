import BlockFormat
import ChainAdapter
import HTTPServer
import JSON
import Ledger
import Messages
import MiningDomain
import PostgresClient
import ServiceRuntime
import Synchronization
import System
import TestSupport
import Testing

@testable import PayoutService

@Suite struct WalletCoverTests {
    /// 990,000 are owed for one block that matured, and 990,000 for one that has not.
    private static func fixture(rewardAddress: Address? = nil) async throws -> LedgerFixture {
        let fixture = try await LedgerFixture(rewardAddress: rewardAddress)
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        _ = try await fixture.calls.recordBlock(Example.block(2, .accepted, confirmations: 10, reward: 1_000_000))
        return fixture
    }

    private static func audit(_ fixture: LedgerFixture) async throws -> LedgerAudit {
        var audit = try await LedgerAudit.run(fixture.pool)
        try await fixture.cover.check(&audit)
        return audit
    }

    @Test(arguments: [(1_980_000, true), (1_979_999, false), (0, false)] as [(UInt64, Bool)])
    func theWalletMustHoldWhatIsOwed(held: UInt64, isRight: Bool) async throws {
        let fixture = try await Self.fixture()
        fixture.wallet.state.withLock { $0.holdings = .success(Amount(units: held)) }
        let audit = try await Self.audit(fixture)
        #expect(audit.findings.map(\.check) == (isRight ? [] : [.walletShort]))
        #expect(audit.checked.contains(.walletShort))
    }

    @Test func whatIsSignedMayHaveLeftTheWallet() async throws {
        let fixture = try await Self.fixture()
        try await fixture.pay()
        fixture.wallet.state.withLock { $0.holdings = .success(Amount(units: 990_000)) }
        #expect(try await Self.audit(fixture).findings.isEmpty)
    }

    /// Its coins were spent by somebody else, and nobody that it pays has been paid.
    @Test func whatAConflictedPayoutOwesIsOwedStill() async throws {
        let fixture = try await Self.fixture()
        try await fixture.pay()
        try await fixture.pool.execute("UPDATE payouts SET state = 'conflicted'")
        fixture.wallet.state.withLock { $0.holdings = .success(Amount(units: 1_979_999)) }
        let audit = try await Self.audit(fixture)
        #expect(audit.findings.first?.rows == ["the wallet holds 1979999, owed are 1980000"])
        fixture.wallet.state.withLock { $0.holdings = .success(Amount(units: 1_980_000)) }
        #expect(try await Self.audit(fixture).findings.isEmpty)
    }

    /// Whoever has signed it may have sent it, long before it comes back.
    @Test func whatWasHandedOutMayHaveLeftTheWallet() async throws {
        let fixture = try await Self.fixture()
        fixture.wallet.fail(.signFails)
        try await fixture.pay()
        try await fixture.pool.execute(
            "INSERT INTO payout_handovers (payout_id, psbt, network_fee, height, created_at_ms) VALUES (1, 'cHNidP8=', 0, 0, 0)"
        )
        fixture.wallet.state.withLock { $0.holdings = .success(Amount(units: 990_000)) }
        // What was made up here is no PSBT, which is found too.
        func isShort() async throws -> Bool {
            try await Self.audit(fixture).findings.map(\.check).contains(.walletShort)
        }
        #expect(try await isShort())
        try await fixture.pool.execute("UPDATE payout_handovers SET exported_at_ms = 1")
        #expect(try await !isShort())
    }

    @Test func rewardsThatGoElsewhereAreNotExpectedHere() async throws {
        let elsewhere = try #require(Address(Example.addresses[7], on: LedgerFixture.network))
        let fixture = try await Self.fixture(rewardAddress: elsewhere)
        fixture.wallet.state.withLock { state in
            state.ownership = .success(false)
            state.holdings = .success(Amount(units: 990_000))
        }
        #expect(try await Self.audit(fixture).findings.isEmpty)
    }

    @Test func aWalletThatCannotBeAskedIsNoPass() async throws {
        let fixture = try await Self.fixture()
        fixture.wallet.state.withLock { $0.holdings = .failure(.unreachable("down")) }
        let audit = try await Self.audit(fixture)
        #expect(audit.findings.isEmpty)
        #expect(audit.unchecked.keys.map(\.self) == [.walletShort])
        #expect(!audit.checked.contains(.walletShort))
    }

    @Test func thePageTellsWhatIsWrong() async throws {
        let fixture = try await Self.fixture()
        let peer = try #require(RemoteAddress("127.0.0.1"))
        func page(_ query: [String: String] = [:], method: String = "GET") async throws -> (status: Int, JSON) {
            let request = IncomingRequest(method: method, path: "/ledger/verify", query: query, peer: peer)
            let answer = try #require(await fixture.pages.answer(request))
            guard case .bytes(let body) = answer.body else { return (answer.status, .null) }
            return (answer.status, try JSON(parsing: body))
        }
        var (status, json) = try await page()
        #expect(status == 200)
        #expect(json["findings"]?.array == [])
        #expect(json["unchecked"]?.array == [])
        #expect(json["checked"]?.array?.count == LedgerCheck.allCases.count)
        try await fixture.pool.execute("UPDATE blocks SET reward = reward + 1 WHERE stage = 'immature'")
        (status, json) = try await page(["wallet": "no"])
        #expect(json["findings"]?.array?.map { $0["name"]?.string } == ["credit-wrong"])
        #expect(json["findings"]?.array?.first?["remedy"]?.string?.isEmpty == false)
        #expect(json["unchecked"]?.array?.map { $0["name"]?.string } == ["payout-not-on-chain", "wallet-short"])
        #expect(try await page(method: "PUT").status == 405)
        #expect(await fixture.pages.answer(IncomingRequest(method: "GET", path: "/bans", peer: peer)) == nil)
    }
}
