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
        /// Every PSBT there is, by its text, signed or not.
        var papers: [PSBT: SimulatedPaper] = [:]
        /// Payouts one of whose miners a person has paid by hand, with a coin of the payout.
        var paidByHand: Set<Int64> = []
        /// What a person has sent in place of payouts' transactions.
        var standIns: Set<Hash256> = []
    }

    static let change: Address? = {
        let x = [UInt8](repeating: 0, count: 31) + [77]
        return (77...99).lazy.compactMap { (number: UInt8) in
            PublicKey(compressed: [2] + x.dropLast() + [number])
        }.first.map { Address.payToWitnessPublicKeyHash($0, on: .litecoinRegtest) }
    }()
    static func script(of account: AccountName) -> [UInt8]? {
        Address(account.description, on: .litecoinRegtest)?.scriptPublicKey
    }

    /// Of every coin, as far as its size goes.
    static let script: [UInt8] = [0x00, 0x14] + [UInt8](repeating: 7, count: 20)

    let network: SimulatedNetwork
    let chance: Chance
    /// Whether a signature changes a transaction's name, as those of coins older than segwit do.
    let hasOldCoins: Bool
    private let state = Mutex(State())

    init(_ network: SimulatedNetwork, _ chance: Chance) {
        self.network = network
        self.chance = chance
        hasOldCoins = chance.happens(oneIn: 2)
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
        let bytes = chance.hash().bytes  // nobody but this simulation reads them
        let transaction = SimulatedTransaction(
            identifier: Hash256.sha256d(of: bytes),
            bytes: bytes,
            inputs: draft.coins.map(\.reference),
            outputs: Self.outputs(of: draft) + extra,
            fee: draft.fee ?? .zero,
            isForeign: false
        )
        learn(transaction)
        return transaction
    }

    static func outputs(of draft: PayoutDraft) -> [TransactionOutput] {
        draft.allOutputs.map {
            TransactionOutput(amount: $0.amount, scriptPublicKey: $0.address.scriptPublicKey)
        }
    }

    /// One that is signed, whoever did it: its change will be the wallet's.
    func learn(_ transaction: SimulatedTransaction) {
        state.withLock { state in
            state.signed[transaction.bytes] = transaction
            for (place, output) in transaction.outputs.enumerated()
            where output.scriptPublicKey == Self.change?.scriptPublicKey {
                let coin = CoinReference(transaction: transaction.identifier, output: UInt32(place))
                state.coins[coin] = output.amount
            }
        }
    }

    /// Sent by somebody who does not ask the pool.
    ///
    /// - Returns: Whether the nodes took it.
    func send(_ transaction: SimulatedTransaction) -> Bool {
        guard network.accept(transaction) == nil else { return false }
        learn(transaction)
        state.withLock { _ = $0.sent.insert(transaction.identifier) }
        return true
    }
}
