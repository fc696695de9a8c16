import BlockFormat
import ChainAdapter
import Hashing
import MiningDomain
import PayoutService
import Synchronization

/// The node's wallet: what outlives every process of the pool.
final class SimulatedPurse: Sendable {
    struct State: Sendable {
        var coins: [CoinReference: Amount] = [:]
        /// Locked in the node's memory.
        var locked: Set<CoinReference> = []
        /// Sent at least once: the wallet takes their coins for spent, also when the memory pool has forgotten them.
        var sent: Set<Hash256> = []
        /// Everything that it ever signed.
        var signed: [[UInt8]: SimulatedTransaction] = [:]
        /// Whether it wants its passphrase.
        var isClosed = false
    }

    static let change: [UInt8] = [0x51]

    let network: SimulatedNetwork
    private let chance: Chance
    private let state = Mutex(State())

    init(_ network: SimulatedNetwork, _ chance: Chance) {
        self.network = network
        self.chance = chance
    }

    func read<Value>(_ body: (State) -> Value) -> Value { state.withLock { body($0) } }
    func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

    /// Money from the operator.
    func deposit(_ amount: Amount) {
        let coin = CoinReference(transaction: chance.hash(), output: 0)
        network.change { _ = $0.deposits.insert(coin) }
        state.withLock { $0.coins[coin] = amount }
    }

    /// Coins that may be spent, in an order that does not change from run to run.
    func spendable() -> [(coin: CoinReference, amount: Amount)] {
        let network = network.read(\.self)
        return state.withLock { state in
            let promised = Set(
                (Array(state.sent) + network.memoryPool).filter { network.mined[$0] == nil }
                    .flatMap { network.transactions[$0]?.inputs ?? [] }
            )
            return state.coins.filter { coin, _ in
                let isThere = network.deposits.contains(coin) || network.mined[coin.transaction] != nil
                return isThere && network.spentBy[coin] == nil && !promised.contains(coin)
                    && !state.locked.contains(coin)
            }.map { ($0, $1) }.sorted {
                ($0.0.transaction.words.0, $0.0.output) < ($1.0.transaction.words.0, $1.0.output)
            }
        }
    }

    /// Signs a transaction and locks its coins; what is left over comes back as change.
    func sign(
        _ outputs: [BuiltPayout.Output],
        fee: Amount,
        isForeign: Bool = false
    ) -> SimulatedTransaction? {
        let wanted = outputs.reduce(fee.units) { $0 + $1.amount.units }
        var inputs: [CoinReference] = []
        var sum: UInt64 = 0
        for (coin, amount) in spendable() where sum < wanted {
            inputs.append(coin)
            sum += amount.units
        }
        guard sum >= wanted else { return nil }
        var outputs = outputs
        if sum > wanted {
            let change = BuiltPayout.Output(scriptPublicKey: Self.change, amount: Amount(units: sum - wanted))
            outputs.insert(change, at: chance.number(0...outputs.count))
        }
        let bytes = chance.hash().bytes  // nobody but this simulation reads them
        let transaction = SimulatedTransaction(
            identifier: Hash256.sha256d(of: bytes),
            bytes: bytes,
            inputs: inputs,
            outputs: outputs,
            fee: fee,
            isForeign: isForeign
        )
        state.withLock { state in
            state.signed[bytes] = transaction
            state.locked.formUnion(inputs)
            for (place, output) in outputs.enumerated() where output.scriptPublicKey == Self.change {
                let coin = CoinReference(transaction: transaction.identifier, output: UInt32(place))
                state.coins[coin] = output.amount
            }
        }
        return transaction
    }

    /// The operator spends a coin by hand, never mind who has locked it.
    func spendByHand() -> Bool {
        let locked = state.withLock { state in
            defer { if chance.happens(oneIn: 2) { state.locked = [] } }
            return state.locked
        }
        defer { state.withLock { $0.locked.formUnion(locked) } }
        guard let coin = chance.pick(spendable()) else { return false }
        let bytes = chance.hash().bytes
        let transaction = SimulatedTransaction(
            identifier: Hash256.sha256d(of: bytes),
            bytes: bytes,
            inputs: [coin.coin],
            outputs: [BuiltPayout.Output(scriptPublicKey: [0x52], amount: coin.amount)],
            fee: .zero,
            isForeign: true
        )
        return network.accept(transaction) == nil
    }
}

/// The wallet as one process reaches it.
struct SimulatedWallet: PayoutWallet {
    let world: World
    let life: Life
    let purse: SimulatedPurse

    func rewardAddress() async throws(NodeError) -> Address { throw .unreachable("not asked for") }
    func owns(_ address: Address) async throws(NodeError) -> Bool { true }

    func build(paying outputs: [(address: Address, amount: Amount)]) async throws(NodeError) -> BuiltPayout {
        try await call("build") { () throws(NodeError) in
            guard !purse.read(\.isClosed) else { throw .refused(code: -13, message: "enter the passphrase first") }
            var planned = outputs.map {
                BuiltPayout.Output(scriptPublicKey: $0.address.scriptPublicKey, amount: $0.amount)
            }
            if world.mutation == .walletPaysMore, let first = planned.first { planned.append(first) }
            let fee = Amount(units: UInt64(world.chance.number(200...5_000)))
            guard let signed = purse.sign(planned, fee: fee) else {
                throw .refused(code: -4, message: "Insufficient funds")
            }
            if world.mutation == .walletSendsASecondTransaction { _ = purse.network.accept(signed) }
            if world.mutation == .walletPaysMore { _ = purse.network.accept(signed) }
            world.note(
                "\(life.name): the wallet signs \(signed.identifier.hex.prefix(8)) of \(signed.inputs.map { "\($0.transaction.hex.prefix(8)):\($0.output)" })"
            )
            return BuiltPayout(
                transaction: signed.bytes,
                identifier: signed.identifier,
                fee: signed.fee,
                inputs: signed.inputs,
                outputs: signed.outputs
            )
        }
    }

    func discard(_ payout: BuiltPayout) async throws(NodeError) {
        try await call("discard") { () throws(NodeError) in purse.change { $0.locked.subtract(payout.inputs) } }
    }

    func unlockAll() async throws(NodeError) {
        try await call("unlockAll") { () throws(NodeError) in purse.change { $0.locked = [] } }
    }

    func send(_ transaction: [UInt8]) async throws(NodeError) {
        try await call("send") { () throws(NodeError) in
            guard let signed = purse.read({ $0.signed[transaction] }) else {
                throw .refused(code: -22, message: "undecodable")
            }
            // A node may also take it and lose it at once, or refuse it out of a mood.
            if world.goesWrong() { throw .refused(code: -26, message: "mempool min fee not met") }
            if let reason = purse.network.accept(signed) { throw .refused(code: -26, message: reason) }
            purse.change { _ = $0.sent.insert(signed.identifier) }
            if world.goesWrong() { throw .refused(code: -26, message: "refused, and yet taken") }
        }
    }

    func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate {
        try await call("fate") { () throws(NodeError) in
            let network = purse.network.read(\.self)
            if world.mutation == .followerBelievesWhatNeverWas { return .buried(depth: 6) }
            if let height = network.mined[transaction] {
                let depth = UInt32(network.height - height + 1)
                if world.mutation == .followerBelievesAShallowBurial { return .buried(depth: depth + 5) }
                // A node that lags knows less.
                guard world.goesWrong() else { return .buried(depth: depth) }
                return depth > 1 ? .buried(depth: depth - 1) : .missing
            }
            if network.memoryPool.contains(transaction) { return world.goesWrong() ? .missing : .waiting }
            let inputs =
                purse.read { state in state.signed.values.first { $0.identifier == transaction }?.inputs } ?? []
            let rivals = inputs.compactMap { network.spentBy[$0] }.compactMap { network.mined[$0] }
            guard let oldest = rivals.min() else { return .missing }
            return .conflicted(depth: UInt32(network.height - oldest + 1))
        }
    }

    private func call<Value>(
        _ name: String,
        _ effect: () throws(NodeError) -> Value
    ) async throws(NodeError) -> Value {
        try await world.call(
            life,
            "wallet.\(name)",
            refused: .unreachable("down"),
            lost: .noAnswer("no answer came"),
            effect
        )
    }
}
