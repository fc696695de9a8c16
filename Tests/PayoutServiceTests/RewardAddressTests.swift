import BlockFormat
import ChainAdapter
import JSON
import Messages
import PostgresClient
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// Rewards must not go to an address that the configured wallet does not own.
@Suite(.timeLimit(.minutes(2))) struct RewardAddressTests {
    private static func expect(_ code: RPCStatus, _ fixture: LedgerFixture, saying words: String) async {
        do throws(RPCError) {
            _ = try await fixture.calls.getRewardAddress(Empty())
            Issue.record("an address was given")
        } catch {
            #expect(error.code == code && error.message.contains(words), "\(error)")
        }
    }

    /// Runs the check of a fixture while `body` does.
    private static func check(
        _ fixture: LedgerFixture,
        _ log: LogLines,
        _ body: (Surroundings) async throws -> Void
    ) async throws {
        let surroundings = Surroundings.test(clock: fixture.clock, log: log)
        let check = RewardAddressCheck(book: fixture.calls.rewardAddress, surroundings: surroundings)
        let running = Task { try await check.run() }
        await fixture.clock.waitForSleepers(1)
        do {
            try await body(surroundings)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    @Test func anAddressOfAnotherWalletIsGivenToNobody() async throws {
        let fixture = try await LedgerFixture()
        let first = try await fixture.calls.getRewardAddress(Empty())
        let later = try await fixture.successor()
        later.wallet.state.withLock { $0.ownership = .success(false) }
        await Self.expect(.failedPrecondition, later, saying: "does not own \(first.address)")
        let log = LogLines()
        try await Self.check(later, log) { surroundings in
            for _ in 0..<3 {
                later.clock.advance(by: .seconds(5))
                await later.clock.waitForSleepers(1)
            }
            #expect(surroundings.health.missing.map(\.condition) == [RewardAddressCheck.condition])
            #expect(log.lines.count { $0.contains("does not own") } == 1)
            later.wallet.state.withLock { $0.ownership = .success(true) }
            later.clock.advance(by: .seconds(5))
            await later.clock.waitForSleepers(1)
            #expect(surroundings.health.missing.isEmpty)
        }
        #expect(try await later.calls.getRewardAddress(Empty()) == first)
    }

    @Test func whileTheWalletCannotBeAskedNothingIsGivenAndNothingIsBlamed() async throws {
        let fixture = try await LedgerFixture()
        _ = try await fixture.calls.getRewardAddress(Empty())
        let later = try await fixture.successor()
        later.wallet.state.withLock { $0.ownership = .failure(.unreachable("it is down")) }
        await Self.expect(.unavailable, later, saying: "it is down")
        try await Self.check(later, LogLines()) { #expect($0.health.missing.isEmpty) }
        // Once it is known, an outage of the wallet changes nothing.
        #expect(try await fixture.calls.getRewardAddress(Empty()).address.isEmpty == false)
    }

    @Test func aRealWalletKnowsItsOwn() async throws {
        let regtest = try await RegtestNode.start(blocks: 1)
        _ = try await regtest.rpc("createwallet", "other")
        func wallet(_ name: String) -> NodeWallet {
            NodeWallet(Wallet(regtest.main.endpoint, name: name, network: LedgerFixture.network))
        }
        let right = try await LedgerFixture(paying: wallet(RegtestNode.walletName))
        let address = try await right.calls.getRewardAddress(Empty()).address
        #expect(try await right.successor().calls.getRewardAddress(Empty()).address == address)
        let other = try await LedgerFixture(right.database.conninfo, paying: wallet("other"))
        await Self.expect(.failedPrecondition, other, saying: "does not own \(address)")
        let missing = try await LedgerFixture(right.database.conninfo, paying: wallet("nowhere"))
        await Self.expect(.failedPrecondition, missing, saying: #"the wallet "nowhere" cannot be loaded"#)
    }
}
