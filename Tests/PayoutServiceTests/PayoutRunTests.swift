import BlockFormat
import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

@Suite struct PayoutRunTests {
    @Test func aBalanceOverTheThresholdIsPaidOnceAndSettled() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 3), (1, 1), (2, 0 + 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        try await fixture.expectSoundBooks("sent")
        var statement = try await fixture.statement(0)
        #expect(statement.confirmed == 594_000)  // reserved, and not yet paid
        #expect(statement.payouts.map(\.state) == ["broadcast"])
        #expect(statement.payouts.map(\.amount) == [594_000])
        fixture.wallet.bury(depth: 5)
        try await fixture.pay()
        #expect(try await fixture.statement(0).paid == 0)
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        statement = try await fixture.statement(0)
        #expect((statement.paid, statement.confirmed) == (594_000, 0))
        #expect(statement.payouts.map(\.state) == ["confirmed"])
        let identifier = Hash256.sha256d(of: fixture.wallet.state.withLock { $0.signed[0] })
        #expect(statement.payouts.map(\.txid) == [identifier.displayHex])
        for _ in 0..<3 { try await fixture.pay() }
        fixture.wallet.state.withLock { state in
            #expect(state.signedCount == 1)
            #expect(Set(state.sent).count == 1)
        }
        let sums = try await fixture.sums()
        // 11 bytes around, 3 outputs and the change of 31 each, one input of 68: at one unit a byte.
        #expect(sums[.networkFee] == 203)
        #expect(sums[.fee] == 9_797)
        try await fixture.expectSoundBooks("settled")
    }

    /// Each fault with how many transactions are built and whether the payout is through after the next run.
    private static let faults: [(ScriptedWallet.Fault, built: Int)] = [
        (.sendLosesAnswer, 1), (.sendNeverArrives, 1), (.sendRefused, 1), (.signFails, 1), (.locked, 1),
        (.coinsUnknown, 1), (.signLosesAnswer, 2), (.signsAnotherPayout, 2), (.spendsOtherCoins, 2),
    ]

    @Test func whateverGoesWrongTheSameBytesAreSentAgain() async throws {
        for (fault, signedCount) in Self.faults {
            var fixture = try await LedgerFixture()
            try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
            fixture.wallet.fail(fault)
            try await fixture.pay()
            try await fixture.expectSoundBooks("\(fault)")
            fixture = try await fixture.successor()
            try await fixture.pay()
            try await fixture.expectSoundBooks("\(fault)")
            #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"], "\(fault)")
            fixture.wallet.bury(depth: 6)
            try await fixture.pay()
            #expect(try await fixture.statement(0).paid == 990_000, "\(fault)")
            fixture.wallet.state.withLock { state in
                #expect(state.signedCount == signedCount, "\(fault)")
                #expect(Set(state.sent).count == 1, "\(fault)")
                #expect(state.fates.count == 1, "\(fault)")
            }
            try await fixture.expectSoundBooks("\(fault)")
        }
    }

    @Test func deathBetweenSigningAndStoringLeavesNothingSent() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        let killer = PostgresConnection(fixture.database)
        fixture.wallet.state.withLock { state in
            state.onSign = { _ = try? await killer.execute(Self.endOtherSessions) }
        }
        fixture.clock.advance(by: .seconds(60))
        await #expect(throws: StoreError.self) { try await fixture.payouts.runOnce() }
        fixture.wallet.state.withLock { state in
            state.onSign = nil
            #expect(state.sent.isEmpty)
            #expect(state.signedCount == 1)
        }
        let successor = try await fixture.successor()
        #expect(try await successor.statement(0).payouts.map(\.state) == ["reserved"])
        try await successor.pay()
        #expect(try await successor.statement(0).payouts.map(\.state) == ["broadcast"])
        fixture.wallet.state.withLock { state in
            #expect(state.sent == [state.signed[1]])
        }
        try await successor.expectSoundBooks()
    }

    @Test func deathBetweenStoringAndSendingIsMadeGoodWithTheSameBytes() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.sendNeverArrives)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["signed"])
        // Meanwhile others are paid, from other coins.
        try await fixture.earn([(1, 1)], block: 2, reward: 1_000_000)
        fixture.wallet.fail(.sendNeverArrives)
        try await fixture.pay()
        #expect(fixture.wallet.state.withLock { $0.sent == [$0.signed[1]] })
        let successor = try await fixture.successor()
        try await successor.pay()
        fixture.wallet.state.withLock { state in
            #expect(state.sent == [state.signed[1], state.signed[0]])
            let coins = state.drafts.values.flatMap(\.coins).map(\.reference)
            #expect(Set(coins).count == coins.count)
        }
        try await successor.expectSoundBooks()
    }

    private static let endOtherSessions = """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """

    /// One that an earlier run left unsigned is signed and does not reach the network: what the same run plans anew takes other
    /// coins, also when the node has started again meanwhile and forgotten whose coins are locked.
    @Test func theRunInWhichOneDidNotReachTheNetworkTakesOtherCoinsForTheNext() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.signFails)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["reserved"])
        try await fixture.earn([(1, 1)], block: 2, reward: 1_000_000)
        fixture.wallet.fail(.sendRefused)
        fixture.wallet.state.withLock { state in
            let wallet = fixture.wallet
            state.onSign = { wallet.state.withLock { $0.locked = [] } }
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast", "signed"])
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast", "broadcast"])
        let coins = fixture.wallet.state.withLock { $0.drafts.values.flatMap(\.coins) }
        #expect(Set(coins).count == coins.count)
        #expect(fixture.wallet.state.withLock(\.signedCount) == 2)
        try await fixture.expectSoundBooks()
    }

    @Test func aTransactionThatVanishesIsSentAgain() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { $0.fates = [:] }
        fixture.wallet.fail(.fateUnknown)
        try await fixture.pay()
        #expect(fixture.wallet.state.withLock(\.sent.count) == 1)
        try await fixture.pay()
        fixture.wallet.state.withLock { state in
            #expect(state.sent == [state.signed[0], state.signed[0]])
        }
        try await fixture.expectSoundBooks()
    }

    @Test func onlyAPersonOrTheChainMovesAConflictedPayout() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { state in
            for key in state.fates.keys { state.fates[key] = .conflicted(depth: 5) }
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        fixture.wallet.state.withLock { state in
            for key in state.fates.keys { state.fates[key] = .conflicted(depth: 6) }
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["conflicted"])
        for _ in 0..<3 { try await fixture.pay() }
        #expect(fixture.wallet.state.withLock(\.signedCount) == 1)
        #expect(try await fixture.statement(0).confirmed == 990_000)
        try await fixture.expectSoundBooks("conflicted")
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        #expect(try await fixture.statement(0).paid == 990_000)
        try await fixture.expectSoundBooks("buried after all")
    }

    @Test func tenRefusalsLeaveAPayoutStuck() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        for attempt in 1...PayoutAttempt.refusalCountMax {
            #expect(try await fixture.statement(0).payouts.map(\.state) == (attempt == 1 ? [] : ["signed"]))
            fixture.wallet.fail(.sendRefused)
            try await fixture.pay()
        }
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["stuck"])
        #expect(fixture.wallet.state.withLock(\.signedCount) == 1)
        try await fixture.expectSoundBooks()
    }

    @Test func smallBalancesWaitAndManyAreSplitIntoTransactions() async throws {
        let fixture = try await LedgerFixture()
        let count = 130
        let parts = (0..<count).map { (client: $0, work: UInt64(10)) } + [(client: count, work: UInt64(1))]
        try await fixture.earn(parts, block: 1, reward: 20_000_000)
        try await fixture.pay()
        try await fixture.expectSoundBooks()
        let batches = fixture.wallet.state.withLock { $0.drafts.values.map(\.outputs.count).sorted() }
        #expect(batches == [30, 100])
        #expect(try await fixture.statement(count).payouts.isEmpty)
        #expect(try await fixture.statement(count).confirmed > 0)
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        #expect(try await fixture.sums()[.reserved] == 0)
        try await fixture.expectSoundBooks()
    }

    @Test func newPayoutsArePlannedNoOftenerThanTheIntervalByAllReplicasTogether() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.pay()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        let other = try await fixture.successor()
        #expect(try await other.payouts.runOnce())
        #expect(try await fixture.statement(0).payouts.isEmpty)
        try await other.pay()
        #expect(try await fixture.statement(0).payouts.count == 1)
    }

    @Test func oneReplicaPaysAtATime() async throws {
        let fixture = try await LedgerFixture()
        let replicas = [fixture, try await fixture.successor(), try await fixture.successor()]
        try await fixture.earn((0..<20).map { ($0, 1) }, block: 1, reward: 20_000_000)
        let lock = try #require(try await AdvisoryLock.attempt(LockKey.payouts, fixture.database))
        #expect(try await !fixture.payouts.runOnce())
        await lock.release()
        for round in 0..<5 {
            fixture.clock.advance(by: .seconds(60))
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for replica in replicas { group.addTask { try await replica.payouts.runOnce() } }
                try await group.waitForAll()
            }
            if round == 2 { fixture.wallet.bury(depth: 6) }
        }
        try await fixture.expectSoundBooks()
        let paid = fixture.wallet.state.withLock { state in
            #expect(state.signedCount == 1)
            return state.drafts.values.flatMap(\.outputs).map(\.amount.units).reduce(0, +)
        }
        #expect(paid == 19_800_000)
        #expect(try await fixture.sums()[.paid] == 19_800_000)
    }

    @Test func rewardsGoToOneAddressForEver() async throws {
        let fixture = try await LedgerFixture()
        let first = try await fixture.calls.getRewardAddress(Empty())
        #expect(Address(first.address, on: LedgerFixture.network)?.text == first.address)
        #expect(try await fixture.successor().calls.getRewardAddress(Empty()) == first)
        fixture.wallet.state.withLock { $0.ownership = .success(false) }
        let configured = try #require(Address(Example.addresses[5], on: LedgerFixture.network))
        let other = try await LedgerFixture(fixture.database.conninfo, rewardAddress: configured)
        #expect(try await other.calls.getRewardAddress(Empty()).address == configured.text)
    }
}
