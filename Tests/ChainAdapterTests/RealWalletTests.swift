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
        let bare = try await wallet.createTransaction(paying: amounts.map { (address: $0.0, amount: $0.1) })
        let funded = try await wallet.fund(bare)
        #expect(funded.fee > .zero)
        #expect(funded.changePosition != nil)
        let signed = try await wallet.sign(funded.bytes)
        #expect(signed.inputs.count == 1)
        for (address, amount) in amounts {
            #expect(signed.outputs.contains { $0.amount == amount && $0.scriptPublicKey == address.scriptPublicKey })
        }
        #expect(try await wallet.transaction(signed.identifier) == nil)

        try await wallet.send(signed.bytes)
        try await wallet.send(signed.bytes)
        let waiting = try #require(try await wallet.transaction(signed.identifier))
        #expect(waiting.confirmations == 0)
        #expect(waiting.fee == funded.fee)
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
    func moreThanThereIsIsRefusedAndCoinsStayLockedUntilFreed(chain: RegtestChain) async throws {
        let regtest = try await RegtestNode.start(chain, blocks: 101)
        let wallet = Self.wallet(regtest)
        let address = try await wallet.newAddress()
        let tooMuch = try await wallet.createTransaction(paying: [(address, Amount(units: 51 * 100_000_000))])
        await #expect(throws: NodeError.refused(code: -4, message: "Insufficient funds")) {
            try await wallet.fund(tooMuch)
        }
        let bare = try await wallet.createTransaction(paying: [(address, Amount(units: 100_000_000))])
        let signed = try await wallet.sign(try await wallet.fund(bare).bytes)
        await #expect(throws: NodeError.self) { try await wallet.fund(bare) }  // the only coin is taken
        try await wallet.unlock(signed.inputs)
        #expect(try await wallet.fund(bare).fee > .zero)
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
