import BlockFormat
import ChainAdapter
import Hashing
import JSON
import MiningDomain
import TestSupport
import Testing

/// A payout's steps on a real node's wallet.
@Suite struct RealWalletTests {
    private static func wallet(_ regtest: RegtestNode) -> Wallet {
        Wallet(regtest.main.endpoint, name: RegtestNode.walletName, network: regtest.main.network)
    }

    @Test(arguments: RegtestChain.installed)
    func aTransactionIsBuiltSignedSentTwiceAndConfirmed(chain: RegtestChain) async throws {
        let regtest = try await RegtestNode.start(chain, blocks: 101)
        let wallet = Self.wallet(regtest)
        let one = try await wallet.newAddress(label: "one")
        let two = try await wallet.newAddress()
        #expect(try await wallet.owns(one))
        #expect(try await wallet.addresses(label: "one") == [one])
        #expect(try await wallet.addresses(label: "none").isEmpty)
        let balance = try await wallet.balance()
        #expect(balance.spendable == Amount(units: 50 * 100_000_000))
        #expect(balance.immature == Amount(units: 100 * 50 * 100_000_000))

        let amounts = [(one, Amount(units: 150_000_000)), (two, Amount(units: 123_456_789))]
        let coins = try await wallet.coins(depth: 6)
        #expect(coins.map(\.amount) == [Amount(units: 50 * 100_000_000)])
        let change = (address: try await wallet.newAddress(), amount: Amount(units: 4_726_533_211))
        let bare = try await wallet.createTransaction(
            spending: coins.map(\.reference),
            paying: amounts.map { (address: $0.0, amount: $0.1) } + [change]
        )
        let signed = try await wallet.sign(bare)
        #expect(signed.inputs.count == 1)
        for (address, amount) in amounts {
            #expect(signed.outputs.contains { $0.amount == amount && $0.scriptPublicKey == address.scriptPublicKey })
        }
        #expect(try await wallet.transaction(signed.identifier) == nil)

        try await wallet.send(signed.bytes)
        try await wallet.send(signed.bytes)
        let waiting = try #require(try await wallet.transaction(signed.identifier))
        #expect(waiting.confirmations == 0)
        #expect(waiting.fee == Amount(units: 10_000))
        #expect(waiting.bytes == signed.bytes)

        let block = try await regtest.generate(1)
        try await wallet.send(signed.bytes)  // the chain has it already
        let confirmed = try #require(try await wallet.transaction(signed.identifier))
        #expect(confirmed.confirmations == 1)
        #expect(confirmed.blockHash?.displayHex == block[0])
        #expect(try await wallet.knownTransaction(signed.identifier)?.confirmations == 1)
        #expect(try await wallet.knownTransaction(.zero) == nil)
    }

    @Test(arguments: RegtestChain.installed)
    func moreThanThereIsIsRefusedAndLockedCoinsAreNotListed(chain: RegtestChain) async throws {
        let regtest = try await RegtestNode.start(chain, blocks: 101)
        let wallet = Self.wallet(regtest)
        let address = try await wallet.newAddress()
        let coin = try #require(try await wallet.coins(depth: 1).first)
        let tooMuch = try await wallet.createTransaction(
            spending: [coin.reference],
            paying: [(address, Amount(units: 51 * 100_000_000))]
        )
        let signed = try await wallet.sign(tooMuch)
        await #expect(throws: NodeError.self) { try await wallet.send(signed.bytes) }
        try await wallet.lock([coin.reference])
        #expect(try await wallet.coins(depth: 1).isEmpty)
        #expect(try await wallet.lockedCoins() == [coin.reference])
        try await wallet.unlock([coin.reference])
        #expect(try await wallet.coins(depth: 1).map(\.reference) == [coin.reference])
        #expect(try await wallet.coins(depth: 102).isEmpty)
        #expect(try await wallet.lockedCoins().isEmpty)
    }

    @Test(arguments: RegtestChain.installed)
    func aReplacementLeavesTheFirstBehindAndBothAreFound(chain: RegtestChain) async throws {
        // Litecoin's nodes take no replacements unless they are told to.
        let arguments = chain.networkName == RegtestChain.litecoin.networkName ? ["-mempoolreplacement=1"] : []
        let regtest = try await RegtestNode.start(chain, blocks: 101, extraArguments: arguments)
        let wallet = Self.wallet(regtest)
        let address = try await wallet.newAddress()
        #expect(try await wallet.isPayable(address))
        let fees = try await wallet.fees(target: 6)
        #expect(fees.minimum > 0)
        let coin = try #require(try await wallet.coins(depth: 1).first)
        var versions: [SignedTransaction] = []
        for fee in [UInt64(10_000), 50_000] {
            let amount = Amount(units: coin.amount.units - fee)
            let bare = try await wallet.createTransaction(spending: [coin.reference], paying: [(address, amount)])
            versions.append(try await wallet.sign(bare))
            #expect(try await wallet.refusal(of: versions[versions.count - 1].bytes) == nil)
            try await wallet.send(versions[versions.count - 1].bytes)
        }
        let identifiers = versions.map(\.identifier)
        #expect(try await wallet.knownTransaction(identifiers[0]) == nil)
        #expect(try await wallet.knownTransaction(identifiers[1])?.confirmations == 0)
        try await regtest.generate(2)
        let height = try await wallet.height()
        let spenders = try await wallet.spenders(of: [coin.reference], against: [identifiers[0]], since: height - 2)
        #expect(Set(spenders.map(\.transaction)) == Set(identifiers))
        #expect(spenders.first { $0.transaction == identifiers[1] }?.confirmations == 2)
        #expect(spenders.first { $0.transaction == identifiers[0] }?.confirmations == -2)
        let other = CoinReference(transaction: .zero, output: 0)
        #expect(try await wallet.spenders(of: [other], against: [], since: height - 2).isEmpty)
    }

    @Test func walletsAreLoadedAfterARestartAndMissingOnesNamed() async throws {
        let regtest = try await RegtestNode.start()
        let wallet = Self.wallet(regtest)
        let address = try await wallet.newAddress()
        await regtest.main.stop()
        try await regtest.main.start()
        await #expect(throws: Never.self) {
            do { _ = try await wallet.balance() } catch NodeError.noAnswer(_) { _ = try await wallet.balance() }
        }
        #expect(try await wallet.owns(address))
        let missing = Wallet(regtest.main.endpoint, name: "no such", network: regtest.main.network)
        await #expect { try await missing.balance() } throws: { error in
            "\(error)".contains("no such") && "\(error)".contains("createwallet")
        }
    }
}
