import BlockFormat
import ChainAdapter
import Hashing
import MiningDomain
import PayoutService
import Synchronization

/// A wallet and a network of which a test decides everything.
final class ScriptedWallet: PayoutWallet, FundedWallet {
    /// What goes wrong, once.
    enum Fault: Hashable {
        case buildFails
        case buildsAnotherPayout
        case buildsTooDear
        /// The node gets the transaction, the answer is lost.
        case sendLosesAnswer
        /// The node never gets it, and does not answer.
        case sendNeverArrives
        case sendRefused
        case fateUnknown
    }

    struct State {
        var builtCount = 0
        var unlockAllCount = 0
        var discardCount = 0
        /// Every transaction that was sent, in order, also again.
        var sent: [[UInt8]] = []
        /// What the network knows.
        var fates: [Hash256: TransactionFate] = [:]
        var paid: [Hash256: [BuiltPayout.Output]] = [:]
        var faults: [Fault] = []
        var fee: UInt64 = 1_000
        var holdings: Result<Amount, NodeError> = .success(Amount(units: 1 << 60))
        /// Whether it is the wallet that the reward address came from, or why that cannot be said.
        var ownership: Result<Bool, NodeError> = .success(true)
        /// Called between building and returning: the moment at which a process may die.
        var onBuild: (@Sendable () async -> Void)?
    }

    let state = Mutex(State())
    private static let address = Address(Example.addresses[200 % Example.addresses.count], on: LedgerFixture.network)

    func fail(_ faults: Fault...) {
        state.withLock { $0.faults = faults }
    }

    func bury(depth: UInt32) {
        state.withLock { state in
            for key in state.fates.keys { state.fates[key] = .buried(depth: depth) }
        }
    }

    func rewardAddress() async throws(NodeError) -> Address {
        guard let address = Self.address else { throw .malformed("no address") }
        return address
    }

    func owns(_ address: Address) async throws(NodeError) -> Bool {
        try state.withLock(\.ownership).get()
    }

    func holdings() async throws(NodeError) -> Amount {
        try state.withLock(\.holdings).get()
    }

    func build(paying outputs: [(address: Address, amount: Amount)]) async throws(NodeError) -> BuiltPayout {
        if takeFault(.buildFails) { throw .refused(code: -4, message: "Insufficient funds") }
        let other = takeFault(.buildsAnotherPayout)
        let dear = takeFault(.buildsTooDear)
        let (number, fee) = state.withLock { state in
            state.builtCount += 1
            return (state.builtCount, state.fee)
        }
        let bytes = Array("transaction \(number)".utf8)
        var list = outputs.map { BuiltPayout.Output(scriptPublicKey: $0.address.scriptPublicKey, amount: $0.amount) }
        list.insert(BuiltPayout.Output(scriptPublicKey: [0x51], amount: Amount(units: 77)), at: list.count / 2)
        if other { list.append(BuiltPayout.Output(scriptPublicKey: [0x52], amount: Amount(units: 1))) }
        let payout = BuiltPayout(
            transaction: bytes,
            identifier: Hash256.sha256d(of: bytes),
            fee: Amount(units: dear ? 10_000_001 : fee),
            inputs: [],
            outputs: list
        )
        state.withLock { $0.paid[payout.identifier] = list }
        if let onBuild = state.withLock(\.onBuild) { await onBuild() }
        return payout
    }

    func discard(_ payout: BuiltPayout) async throws(NodeError) {
        state.withLock { $0.discardCount += 1 }
    }

    func unlockAll() async throws(NodeError) {
        state.withLock { $0.unlockAllCount += 1 }
    }

    func send(_ transaction: [UInt8]) async throws(NodeError) {
        if takeFault(.sendRefused) { throw .refused(code: -26, message: "mempool full") }
        if takeFault(.sendNeverArrives) { throw .noAnswer("timeout") }
        state.withLock { state in
            state.sent.append(transaction)
            let identifier = Hash256.sha256d(of: transaction)
            if state.fates[identifier] == nil { state.fates[identifier] = .waiting }
        }
        if takeFault(.sendLosesAnswer) { throw .noAnswer("timeout") }
    }

    func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate {
        if takeFault(.fateUnknown) { throw .unreachable("down") }
        return state.withLock { $0.fates[transaction] ?? .missing }
    }

    private func takeFault(_ fault: Fault) -> Bool {
        state.withLock { state in
            guard let index = state.faults.firstIndex(of: fault) else { return false }
            state.faults.remove(at: index)
            return true
        }
    }
}
