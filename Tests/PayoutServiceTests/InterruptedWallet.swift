import BlockFormat
import ChainAdapter
import Hashing
import PayoutService
import Synchronization
import TestSupport

/// A real wallet whose user is held up at a chosen moment, once: by a lost answer, or by whatever a test does meanwhile.
final class InterruptedWallet: PayoutWallet {
    enum Moment: Sendable {
        case afterSigning
        case beforeSending
        case afterSending
    }

    private struct Interruption {
        let moment: Moment
        let isAnswerLost: Bool
        let meanwhile: @Sendable () async -> Void
    }

    private let wallet: NodeWallet
    private let next = Mutex<Interruption?>(nil)

    init(_ regtest: RegtestNode) {
        wallet = NodeWallet(
            Wallet(regtest.main.endpoint, name: RegtestNode.walletName, network: LedgerFixture.network)
        )
    }

    /// The answer is lost.
    func interrupt(_ moment: Moment) {
        next.withLock { $0 = Interruption(moment: moment, isAnswerLost: true) {} }
    }

    /// Something happens before the answer arrives.
    func hold(_ moment: Moment, _ meanwhile: @escaping @Sendable () async -> Void) {
        next.withLock { $0 = Interruption(moment: moment, isAnswerLost: false, meanwhile: meanwhile) }
    }

    func rewardAddress() async throws(NodeError) -> Address {
        try await wallet.rewardAddress()
    }

    func owns(_ address: Address) async throws(NodeError) -> Bool {
        try await wallet.owns(address)
    }

    func conditions() async throws(NodeError) -> ChainConditions {
        try await wallet.conditions()
    }

    func coins(depth: UInt32) async throws(NodeError) -> [PayoutCoin] {
        try await wallet.coins(depth: depth)
    }

    func isPayable(_ address: Address) async throws(NodeError) -> Bool {
        try await wallet.isPayable(address)
    }

    func changeAddress(besides payees: Set<[UInt8]>) async throws(NodeError) -> Address {
        try await wallet.changeAddress(besides: payees)
    }

    func objection(to draft: PayoutDraft) async throws(NodeError) -> String? {
        try await wallet.objection(to: draft)
    }

    func sign(_ draft: PayoutDraft) async throws(NodeError) -> SignedTransaction {
        let signed = try await wallet.sign(draft)
        try await pass(.afterSigning)
        return signed
    }

    func psbt(of draft: PayoutDraft) async throws(NodeError) -> PSBT {
        try await wallet.psbt(of: draft)
    }

    func decode(_ psbt: PSBT) async throws(NodeError) -> UnsignedTransaction {
        try await wallet.decode(psbt)
    }

    func complete(_ psbt: PSBT, with signed: PSBT) async throws(NodeError) -> SignedTransaction? {
        try await wallet.complete(psbt, with: signed)
    }

    func lock(_ coins: [CoinReference]) async throws(NodeError) {
        try await wallet.lock(coins)
    }

    func unlock(_ coins: [CoinReference]) async throws(NodeError) {
        try await wallet.unlock(coins)
    }

    func lockedCoins() async throws(NodeError) -> [CoinReference] {
        try await wallet.lockedCoins()
    }

    func refusal(of transaction: [UInt8]) async throws(NodeError) -> TransactionRefusal? {
        try await wallet.refusal(of: transaction)
    }

    func send(_ transaction: [UInt8]) async throws(NodeError) {
        try await pass(.beforeSending)
        try await wallet.send(transaction)
        try await pass(.afterSending)
    }

    func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate {
        try await wallet.fate(of: transaction)
    }

    func buried(within depth: UInt32) async throws(NodeError) -> [Hash256: UInt32] {
        try await wallet.buried(within: depth)
    }

    func spenders(
        of coins: [CoinReference],
        against transactions: [Hash256],
        since height: UInt32
    ) async throws(NodeError) -> [CoinSpender] {
        try await wallet.spenders(of: coins, against: transactions, since: height)
    }

    private func pass(_ moment: Moment) async throws(NodeError) {
        let due = next.withLock { next -> Interruption? in
            guard let interruption = next, interruption.moment == moment else { return nil }
            next = nil
            return interruption
        }
        guard let due else { return }
        await due.meanwhile()
        if due.isAnswerLost { throw .noAnswer("interrupted") }
    }
}
