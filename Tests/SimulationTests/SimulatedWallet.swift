import BlockFormat
import ChainAdapter
import Cryptography
import Hashing
import Ledger
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

    static let change: Address? = {
        let x = [UInt8](repeating: 0, count: 31) + [77]
        return (77...99).lazy.compactMap { (number: UInt8) in
            PublicKey(compressed: [2] + x.dropLast() + [number])
        }.first.map { Address.payToWitnessPublicKeyHash($0, on: .litecoinRegtest) }
    }()
    /// Of every coin, as far as its size goes.
    static let script: [UInt8] = [0x00, 0x14] + [UInt8](repeating: 7, count: 20)

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
    func spendable(depth: Int = 1) -> [(coin: CoinReference, amount: Amount)] {
        let network = network.read(\.self)
        return state.withLock { state in
            let promised = Set(
                (Array(state.sent) + network.memoryPool).filter { network.mined[$0] == nil }
                    .flatMap { network.transactions[$0]?.inputs ?? [] }
            )
            return state.coins.filter { coin, _ in
                let isThere =
                    network.deposits.contains(coin)
                    || network.mined[coin.transaction].map { network.height - $0 + 1 >= depth } ?? false
                return isThere && network.spentBy[coin] == nil && !promised.contains(coin)
                    && !state.locked.contains(coin)
            }.map { ($0, $1) }.sorted {
                ($0.0.transaction.words.0, $0.0.output) < ($1.0.transaction.words.0, $1.0.output)
            }
        }
    }

    /// Signs a draft, each time otherwise: nobody may rest on signing twice giving the same.
    func sign(_ draft: PayoutDraft, adding extra: [TransactionOutput] = []) -> SimulatedTransaction {
        let paid = draft.allOutputs.map {
            TransactionOutput(amount: $0.amount, scriptPublicKey: $0.address.scriptPublicKey)
        }
        let bytes = chance.hash().bytes  // nobody but this simulation reads them
        let transaction = SimulatedTransaction(
            identifier: Hash256.sha256d(of: bytes),
            bytes: bytes,
            inputs: draft.coins.map(\.reference),
            outputs: paid + extra,
            fee: draft.fee ?? .zero,
            isForeign: false
        )
        state.withLock { state in
            state.signed[bytes] = transaction
            for (place, output) in transaction.outputs.enumerated()
            where output.scriptPublicKey == Self.change?.scriptPublicKey {
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
            outputs: [TransactionOutput(amount: coin.amount, scriptPublicKey: [0x52])],
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

    func conditions() async throws(NodeError) -> ChainConditions {
        try await call("conditions") { () throws(NodeError) in
            let estimate = world.chance.number(0...3) * 5_000
            return ChainConditions(
                height: UInt32(purse.network.read(\.height)),
                fees: NetworkFees(
                    estimate: estimate == 0 ? nil : NetworkFeeRate(units: UInt64(estimate)),
                    minimum: NetworkFeeRate(units: 1_000),
                    increment: NetworkFeeRate(units: 1_000)
                )
            )
        }
    }

    func coins(depth: UInt32) async throws(NodeError) -> [PayoutCoin] {
        try await call("coins") { () throws(NodeError) in
            purse.spendable(depth: Int(depth)).map {
                PayoutCoin(reference: $0.coin, amount: $0.amount, scriptPublicKey: SimulatedPurse.script)
            }
        }
    }

    func isPayable(_ address: Address) async throws(NodeError) -> Bool { true }

    func changeAddress(besides payees: Set<[UInt8]>) async throws(NodeError) -> Address {
        guard let address = SimulatedPurse.change, !payees.contains(address.scriptPublicKey) else {
            throw .malformed("no address")
        }
        return address
    }

    func objection(to draft: PayoutDraft) async throws(NodeError) -> String? {
        try await call("objection") { () throws(NodeError) in Self.objection(to: draft) }
    }

    private static func objection(to draft: PayoutDraft) -> String? {
        let outputs = draft.allOutputs
        return Set(outputs.map(\.address)).count < outputs.count ? "Invalid parameter, duplicated address" : nil
    }

    func sign(_ draft: PayoutDraft) async throws(NodeError) -> SignedTransaction {
        try await call("sign") { () throws(NodeError) in
            if let objection = Self.objection(to: draft) { throw .refused(code: -8, message: objection) }
            guard !purse.read(\.isClosed) else { throw .refused(code: -13, message: "enter the passphrase first") }
            let extra =
                world.mutation == .walletPaysMore
                ? draft.outputs.prefix(1).map {
                    TransactionOutput(amount: $0.amount, scriptPublicKey: $0.address.scriptPublicKey)
                } : []
            let signed = purse.sign(draft, adding: extra)
            if world.mutation == .walletSendsASecondTransaction || world.mutation == .walletPaysMore {
                _ = purse.network.accept(signed)
            }
            world.note(
                "\(life.name): the wallet signs \(signed.identifier.hex.prefix(8)) of \(signed.inputs.map { "\($0.transaction.hex.prefix(8)):\($0.output)" })"
            )
            return SignedTransaction(
                bytes: signed.bytes,
                identifier: signed.identifier,
                virtualSize: UInt32(11 + 31 * signed.outputs.count + 68 * signed.inputs.count),
                inputs: signed.inputs,
                outputs: signed.outputs
            )
        }
    }

    func lock(_ coins: [CoinReference]) async throws(NodeError) {
        try await call("lock") { () throws(NodeError) in purse.change { $0.locked.formUnion(coins) } }
    }

    func unlock(_ coins: [CoinReference]) async throws(NodeError) {
        try await call("unlock") { () throws(NodeError) in purse.change { $0.locked.subtract(coins) } }
    }

    func lockedCoins() async throws(NodeError) -> [CoinReference] {
        try await call("lockedCoins") { () throws(NodeError) in purse.read { $0.locked.sorted() } }
    }

    func refusal(of transaction: [UInt8]) async throws(NodeError) -> TransactionRefusal? {
        let words = try await call("refusal") { () throws(NodeError) -> String? in
            guard let signed = purse.read({ $0.signed[transaction] }) else { return "undecodable" }
            if world.goesWrong() { return "txn-mempool-conflict" }
            var network = purse.network.read(\.self)
            return network.accept(signed)
        }
        return words.map(TransactionRefusal.init(words:))
    }

    func spenders(
        of coins: [CoinReference],
        against transactions: [Hash256],
        since height: UInt32
    ) async throws(NodeError) -> [CoinSpender] {
        try await call("spenders") { () throws(NodeError) in
            let network = purse.network.read(\.self)
            // What was sent once is remembered, wherever it is now.
            let known = Set(network.mined.keys).union(network.memoryPool).union(purse.read(\.sent))
            return known.compactMap { network.transactions[$0] }
                .filter { !Set(coins).isDisjoint(with: $0.inputs) }
                .map { transaction in
                    CoinSpender(
                        transaction: transaction.identifier,
                        confirmations: network.mined[transaction.identifier].map { Int64(network.height - $0 + 1) }
                            ?? 0,
                        inputs: transaction.inputs,
                        outputs: transaction.outputs,
                        bytes: transaction.bytes,
                        virtualSize: UInt32(11 + 31 * transaction.outputs.count + 68 * transaction.inputs.count)
                    )
                }.sorted { $0.transaction.words.0 < $1.transaction.words.0 }
        }
    }

    func buried(within depth: UInt32) async throws(NodeError) -> [Hash256: UInt32] {
        try await call("buried") { () throws(NodeError) in
            let network = purse.network.read(\.self)
            let lag = world.goesWrong() ? world.chance.number(1...3) : 0
            var depths = network.mined.mapValues { network.height - $0 + 1 - lag }
            if world.mutation == .watchBelievesWhatWasOnce {
                for transaction in network.transactions.keys where depths[transaction] == nil {
                    depths[transaction] = network.depthEver(of: transaction)
                }
            }
            return depths.filter { (1...Int(depth)).contains($0.value) }.mapValues { UInt32($0) }
        }
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
            let signed = purse.read(\.signed).values.map { ($0.identifier, $0.inputs) }
            let inputs = Dictionary(signed) { first, _ in first }
            guard let oldest = network.overtaken(transaction, inputs) else { return .missing }
            return .conflicted(depth: UInt32(network.height - oldest + 1))
        }
    }

    // MARK: - Nobody else signs here

    func psbt(of draft: PayoutDraft) async throws(NodeError) -> PSBT {
        throw .refused(code: 0, message: "this wallet signs by itself")
    }

    func decode(_ psbt: PSBT) async throws(NodeError) -> UnsignedTransaction {
        throw .refused(code: 0, message: "this wallet signs by itself")
    }

    func complete(_ psbt: PSBT, with signed: PSBT) async throws(NodeError) -> SignedTransaction? {
        throw .refused(code: 0, message: "this wallet signs by itself")
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
