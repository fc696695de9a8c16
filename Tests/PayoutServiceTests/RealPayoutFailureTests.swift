import BlockFormat
import ChainAdapter
import Hashing
import JSON
import Ledger
import Messages
import MiningDomain
import PostgresClient
import TestSupport
import Testing

@testable import PayoutService

/// What a real node's wallet can do to payouts, and that miners have on chain just what the ledger says afterwards.
@Suite struct RealPayoutFailureTests {
    @Test func aLockedWalletWaitsAndGoesOnOnceItIsUnlocked() async throws {
        let regtest = try await RegtestNode.start(blocks: 101)
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest))
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000_000)
        try await regtest.rpc("encryptwallet", "secret")
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["reserved"])
        #expect(try await Self.reason(fixture).hasPrefix("locked: "))
        #expect(fixture.gauge("lode_payouts_waiting{for=\"locked\"}") == 1)
        try await regtest.rpc("walletpassphrase", "secret", 600)
        try await fixture.pay()
        #expect(fixture.gauge("lode_payouts_waiting{for=\"locked\"}") == 0)
        try await regtest.generate(6)
        try await fixture.pay()
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<1)
        #expect(try await fixture.statement(0).paid == 990_000_000)
    }

    @Test func anEmptyWalletSaysSoAndARestartForgetsNoCoin() async throws {
        let regtest = try await RegtestNode.start(blocks: 101)
        let wallet = InterruptedWallet(regtest)
        let fixture = try await LedgerFixture(paying: wallet)
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000_000)
        wallet.interrupt(.beforeSending)
        try await fixture.pay()
        #expect(try await wallet.lockedCoins().count == 1)
        await regtest.main.kill()
        try await regtest.main.start()
        try await regtest.join()
        _ = try? await regtest.rpc("loadwallet", .string(RegtestNode.walletName))
        #expect(try await wallet.lockedCoins().isEmpty)
        // The only coin is spent by a transaction that has not been sent: nobody else gets it.
        try await fixture.earn([(1, 1)], block: 2, reward: 1_000_000_000)
        wallet.interrupt(.beforeSending)
        try await fixture.pay()
        #expect(try await wallet.lockedCoins().count == 1)
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["reserved", "signed"])
        #expect(try await fixture.statement(1).payouts.map(\.state) == ["reserved"])
        #expect(try await Self.reason(fixture).hasPrefix("insufficient: "))
        try await regtest.generate(7)
        for _ in 0..<2 { try await fixture.pay() }
        try await regtest.generate(6)
        try await fixture.pay()
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<2)
        #expect(try await fixture.sums()[.paid] == 1_980_000_000)
        try await fixture.expectSoundBooks()
    }

    @Test func aWaitingPayoutIsReplacedAndSettledOnceWithTheHigherFee() async throws {
        let regtest = try await RegtestNode.start(blocks: 101, extraArguments: ["-mempoolreplacement=1"])
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest)) {
            $0.feePolicy = FeePolicy(raiseAfterBlocks: 2)
        }
        try await fixture.earn([(0, 2), (1, 1)], block: 1, reward: 1_000_000_000)
        try await fixture.pay()
        try await Self.keepFromMining(regtest, try await fixture.statement(0).payouts[0].txid)
        try await regtest.generate(2)
        try await fixture.pay()
        let fees = try await fixture.pool.execute("SELECT network_fee FROM payout_transactions ORDER BY version").map {
            try $0.integer(0, as: Int64.self)
        }
        #expect(fees.count == 2)
        #expect(fees[1] > fees[0])
        try await regtest.generate(6)
        for _ in 0..<2 { try await fixture.pay() }
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<2)
        let sums = try await fixture.sums()
        #expect((sums[.paid], sums[.networkFee]) == (990_000_000, fees[1]))
        try await fixture.expectSoundBooks()
    }

    /// As Litecoin's nodes are unless they are told otherwise.
    @Test func whereNothingIsReplacedAPayoutIsStuckAndSettledAllTheSame() async throws {
        let regtest = try await RegtestNode.start(blocks: 101)
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest)) {
            $0.feePolicy = FeePolicy(raiseAfterBlocks: 2)
        }
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000_000)
        try await fixture.pay()
        let txid = try await fixture.statement(0).payouts[0].txid
        try await Self.keepFromMining(regtest, txid)
        try await regtest.generate(2)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["stuck"])
        #expect(try await Self.reason(fixture) == "the node takes no transaction in its place: txn-mempool-conflict")
        try await regtest.rpc("prioritisetransaction", .string(txid), 0, 200_000_000)
        try await regtest.generate(6)
        try await fixture.pay()
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<1)
        #expect(try await fixture.statement(0).paid == 990_000_000)
        try await fixture.expectSoundBooks()
    }

    /// No memory pool has it, so that nothing is replaced: nodes take the other version unless told otherwise, too.
    @Test func whatTheNodeDropsAndTakesNoMoreGoesOutWithAHigherFee() async throws {
        let regtest = try await RegtestNode.start(blocks: 101, extraArguments: ["-persistmempool=0"])
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest)) {
            $0.feePolicy = FeePolicy(raiseAfterBlocks: 2)
        }
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000_000)
        try await fixture.pay()
        let txid = try await fixture.statement(0).payouts[0].txid
        // It starts with an empty memory pool, and from then on takes the transaction for too poor.
        await regtest.main.stop()
        try await regtest.main.start()
        try await regtest.join()
        try await Self.keepFromMining(regtest, txid)
        _ = try? await regtest.rpc("loadwallet", .string(RegtestNode.walletName))
        #expect(try await regtest.rpc("getrawmempool").array == [])
        // The first call finds the connection of before.
        for _ in 0..<2 { try await fixture.pay() }
        #expect(try await Self.reason(fixture).hasPrefix("min relay fee not met"))
        try await regtest.generate(2)
        for _ in 0..<2 { try await fixture.pay() }
        #expect(try await Self.reason(fixture) == "")
        #expect(try await fixture.pool.execute("SELECT FROM payout_transactions").count == 2)
        try await regtest.generate(6)
        try await fixture.pay()
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<1)
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["confirmed"])
        #expect(try await fixture.statement(0).paid == 990_000_000)
        try await fixture.expectSoundBooks()
    }

    @Test func aPayoutWhoseCoinSomebodySpentIsGivenBackOnProofAndPaidOnce() async throws {
        let regtest = try await RegtestNode.start(blocks: 103, extraArguments: ["-mempoolreplacement=1"])
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest))
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000_000)
        try await fixture.pay()
        let coin = try await fixture.pool.execute("SELECT coin_txid, coin_output FROM payout_coins")[0]
        let stolen: JSON = [
            "txid": .string(Hex.string(try coin.bytes(0).reversed())),
            "vout": JSON(try coin.integer(1, as: Int64.self)),
        ]
        let rest = try #require(JSONNumber("49.9"))
        let thief = try await regtest.newAddress()
        let raw = try await regtest.rpc("createrawtransaction", [stolen], [[thief: .number(rest)]])
        let signed = try await regtest.rpc("signrawtransactionwithwallet", raw)
        try await regtest.rpc("sendrawtransaction", try #require(signed["hex"]), 0)
        try await regtest.generate(5)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        await #expect(throws: PayoutRefusal.mayStillBePaid(state: .broadcast)) {
            try await fixture.operations.cancel(1)
        }
        try await regtest.generate(1)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["conflicted"])
        try await fixture.operations.cancel(1)
        try await fixture.expectSoundBooks("given back")
        try await fixture.pay()
        try await regtest.generate(6)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["confirmed", "cancelled"])
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<1)
        try await fixture.expectSoundBooks()
    }

    @Test func anOutputOfTheLeastAmountIsRelayedAndOneUnitLessIsNot() async throws {
        let regtest = try await RegtestNode.start(blocks: 101)
        let wallet = Wallet(regtest.main.endpoint, name: RegtestNode.walletName, network: LedgerFixture.network)
        let coin = try #require(try await wallet.coins(depth: 1).first)
        for kind in ["legacy", "p2sh-segwit", "bech32"] {
            let text = try await regtest.newAddress(kind)
            let address = try #require(Address(text, on: LedgerFixture.network))
            let change = try #require(Address(try await regtest.newAddress(), on: LedgerFixture.network))
            let limit = TransactionSize.dustLimit(of: address.scriptPublicKey, rate: LedgerFixture.network.dustRate)
            for (units, isRelayed) in [(limit.units, true), (limit.units - 1, false)] {
                let rest = Amount(units: coin.amount.units - units - 10_000)
                let bare = try await wallet.createTransaction(
                    spending: [coin.reference],
                    paying: [(address, Amount(units: units)), (change, rest)]
                )
                let refusal = try await wallet.refusal(of: try await wallet.sign(bare).bytes)
                #expect(refusal?.words == (isRelayed ? nil : "dust"), "\(kind), \(units)")
                #expect(refusal?.cause == (isRelayed ? nil : .outputs), "\(kind), \(units)")
            }
        }
    }

    /// So poor for the miner, that it stays in the memory pool.
    private static func keepFromMining(_ regtest: RegtestNode, _ txid: String) async throws {
        try await regtest.rpc("prioritisetransaction", .string(txid), 0, -100_000_000)
    }

    private static func reason(_ fixture: LedgerFixture) async throws -> String {
        try await fixture.pool.execute("SELECT reason FROM payouts ORDER BY payout_id DESC LIMIT 1")[0].text(0)
    }
}
