import BlockFormat
import ChainAdapter
import Hashing
import Ledger
import MiningDomain
import PayoutService
import Synchronization

/// A wallet and a network of which a test decides everything.
final class ScriptedWallet: PayoutWallet, FundedWallet {
    /// What goes wrong, once.
    enum Fault: Hashable {
        case signFails
        case signsAnotherPayout
        case spendsOtherCoins
        /// The wallet has signed, the answer is lost.
        case signLosesAnswer
        case locked
        /// The node is away when it is asked for coins.
        case coinsUnknown
        /// The node gets the transaction, the answer is lost.
        case sendLosesAnswer
        /// The node never gets it, and does not answer.
        case sendNeverArrives
        case sendRefused
        case fateUnknown
        case objectionUnknown
        case refusalUnknown
        case spendersUnknown
        /// The node has unlocked the coins, the answer is lost.
        case unlockLosesAnswer
        /// The list of the last blocks is too long for an answer.
        case listTooLong
    }

    struct State {
        /// In order.
        var signed: [[UInt8]] = []
        var signedCount: Int { signed.count }
        /// Every transaction that was sent, in order, also again.
        var sent: [[UInt8]] = []
        /// What the network knows.
        var fates: [Hash256: TransactionFate] = [:]
        /// Transactions of which it gives no answer that makes sense.
        var unaskable: Set<Hash256> = []
        /// Every transaction that was ever signed.
        var drafts: [Hash256: PayoutDraft] = [:]
        var coins: [PayoutCoin] = (0..<50).map { ScriptedWallet.coin($0) }
        var locked: Set<CoinReference> = []
        /// Transactions of others that spend the wallet's coins.
        var strangers: [CoinSpender] = []
        /// How often it was asked who spends a coin.
        var searchCount = 0
        /// Addresses that the node takes for none.
        var unpayable: Set<String> = []
        /// What the node has against paying some addresses.
        var objections: [String: String] = [:]
        var objectionCount = 0
        var height: UInt32 = 1_000
        var fees = NetworkFees(
            estimate: nil,
            minimum: NetworkFeeRate(units: 1_000),
            increment: NetworkFeeRate(units: 1_000)
        )
        /// Why the node takes nothing that it does not have yet.
        var refusal: String?
        /// By how many bytes its signatures are shorter than the longest.
        var signatureSaving: UInt32 = 0
        var faults: [Fault] = []
        var holdings: Result<Amount, NodeError> = .success(Amount(units: 1 << 60))
        /// Whether it is the wallet that the reward address came from, or why that cannot be said.
        var ownership: Result<Bool, NodeError> = .success(true)
        /// Called when it is asked what it holds.
        var onHoldings: (@Sendable () -> Void)?
        /// Called between signing and returning: the moment at which a process may die.
        var onSign: (@Sendable () async -> Void)?

        /// Whether it pays less than the memory pool asks.
        func isPricedOut(_ draft: PayoutDraft) -> Bool {
            let size = 11 + 31 * (draft.outputs.count + (draft.change == nil ? 0 : 1)) + 68 * draft.coins.count
            return draft.fee.map { $0 < fees.minimum.fee(virtualSize: UInt64(size)) } ?? true
        }

        func objection(to outputs: [PayoutDraft.Output]) -> String? {
            outputs.lazy.compactMap { objections[$0.address.text] }.first
        }

        /// Whether another transaction that spends the same coins lives, so that this one cannot.
        func hasRival(_ identifier: Hash256) -> Bool {
            let coins = drafts[identifier]?.coins ?? []
            return coins.contains { !Set(living(spending: $0.reference)).subtracting([identifier]).isEmpty }
        }

        /// Transactions that somebody will mine, or has mined.
        func living(spending coin: CoinReference) -> [Hash256] {
            drafts.filter { $0.value.coins.contains { $0.reference == coin } }.map(\.key).filter {
                switch fates[$0] {
                case .waiting, .buried: true
                case .missing, .unknown, .conflicted, nil: false
                }
            }
        }
    }

    let state = Mutex(State())
    private static let reward = Address(Example.addresses[200 % Example.addresses.count], on: LedgerFixture.network)

    /// Ten coins' worth each.
    static func coin(_ number: Int, units: UInt64 = 1_000_000_000) -> PayoutCoin {
        PayoutCoin(
            reference: CoinReference(transaction: Example.hash(7_000_000 + number), output: UInt32(number)),
            amount: Amount(units: units),
            scriptPublicKey: [0x00, 0x14] + [UInt8](repeating: 7, count: 20)
        )
    }

    func fail(_ faults: Fault...) {
        state.withLock { $0.faults = faults }
    }

    func bury(depth: UInt32) {
        state.withLock { state in
            for key in state.fates.keys where !state.hasRival(key) { state.fates[key] = .buried(depth: depth) }
        }
    }

    func rewardAddress() async throws(NodeError) -> Address {
        guard let address = Self.reward else { throw .malformed("no address") }
        return address
    }

    func changeAddress(besides payees: Set<[UInt8]>) async throws(NodeError) -> Address {
        let candidates = (201..<400).lazy.compactMap {
            Address(Example.addresses[$0 % Example.addresses.count], on: LedgerFixture.network)
        }
        guard let address = candidates.first(where: { !payees.contains($0.scriptPublicKey) }) else {
            throw .malformed("no address")
        }
        return address
    }

    func objection(to draft: PayoutDraft) async throws(NodeError) -> String? {
        let outputs = draft.allOutputs
        if takeFault(.objectionUnknown) { throw .unreachable("down") }
        state.withLock { $0.objectionCount += 1 }
        if let refusal = drawingRefusal(of: outputs) { return refusal }
        return state.withLock { $0.objection(to: outputs) }
    }

    private func drawingRefusal(of outputs: [PayoutDraft.Output]) -> String? {
        guard Set(outputs.map(\.address)).count == outputs.count else { return "Invalid parameter, duplicated address" }
        let isAddress = state.withLock { state in !outputs.contains { state.unpayable.contains($0.address.text) } }
        return isAddress ? nil : "Invalid address"
    }

    func owns(_ address: Address) async throws(NodeError) -> Bool {
        try state.withLock(\.ownership).get()
    }

    func holdings() async throws(NodeError) -> Amount {
        state.withLock(\.onHoldings)?()
        return try state.withLock(\.holdings).get()
    }

    func conditions() async throws(NodeError) -> ChainConditions {
        state.withLock { ChainConditions(height: $0.height, fees: $0.fees) }
    }

    func coins(depth: UInt32) async throws(NodeError) -> [PayoutCoin] {
        if takeFault(.coinsUnknown) { throw .unreachable("down") }
        return state.withLock { state in
            state.coins.filter { coin in
                !state.locked.contains(coin.reference) && state.living(spending: coin.reference).isEmpty
                    && !state.strangers.contains { $0.inputs.contains(coin.reference) }
            }
        }
    }

    func isPayable(_ address: Address) async throws(NodeError) -> Bool {
        state.withLock { !$0.unpayable.contains(address.text) }
    }

    func sign(_ draft: PayoutDraft) async throws(NodeError) -> SignedTransaction {
        if takeFault(.signFails) { throw .refused(code: -4, message: "it will not") }
        if takeFault(.locked) { throw .refused(code: -13, message: "Please enter the wallet passphrase") }
        let outputs = draft.allOutputs
        if let refusal = drawingRefusal(of: outputs) { throw .refused(code: -8, message: refusal) }
        let isLost = takeFault(.signLosesAnswer)
        var coins = draft.coins.map(\.reference)
        if !isLost, takeFault(.spendsOtherCoins) { coins[0] = ScriptedWallet.coin(99).reference }
        var paid = outputs.map {
            TransactionOutput(amount: $0.amount, scriptPublicKey: $0.address.scriptPublicKey)
        }
        if !isLost, takeFault(.signsAnotherPayout) {
            paid.append(TransactionOutput(amount: Amount(units: 1), scriptPublicKey: [0x52]))
        }
        let (bytes, identifier) = state.withLock { state in
            // No two are the same, as if each had a signature of its own.
            let bytes = Self.bytes(spending: coins, paying: paid, number: UInt8(truncatingIfNeeded: state.signed.count))
            let identifier = Hash256.sha256d(of: bytes)
            state.signed.append(bytes)
            state.drafts[identifier] = draft
            return (bytes, identifier)
        }
        if let onSign = state.withLock(\.onSign) { await onSign() }
        if isLost { throw .noAnswer("timeout") }
        return SignedTransaction(
            bytes: bytes,
            identifier: identifier,
            virtualSize: UInt32(11 + 31 * outputs.count + 68 * coins.count) - state.withLock(\.signatureSaving),
            inputs: coins,
            outputs: paid
        )
    }

    /// A transaction without signatures (fewer than 253 inputs and outputs), whose lock time is `number`.
    static func bytes(spending coins: [CoinReference], paying outputs: [TransactionOutput], number: UInt8) -> [UInt8] {
        func little(_ number: UInt64, _ byteCount: Int) -> [UInt8] {
            (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        var bytes: [UInt8] = [2, 0, 0, 0, UInt8(coins.count)]
        for coin in coins {
            bytes += coin.transaction.bytes + little(UInt64(coin.output), 4) + [0, 0xfd, 0xff, 0xff, 0xff]
        }
        bytes.append(UInt8(outputs.count))
        for output in outputs {
            bytes += little(output.amount.units, 8) + [UInt8(output.scriptPublicKey.count)] + output.scriptPublicKey
        }
        return bytes + [number, 0, 0, 0]
    }

    func lock(_ coins: [CoinReference]) async throws(NodeError) {
        state.withLock { $0.locked.formUnion(coins) }
    }

    func unlock(_ coins: [CoinReference]) async throws(NodeError) {
        state.withLock { $0.locked.subtract(coins) }
        if takeFault(.unlockLosesAnswer) { throw .noAnswer("timeout") }
    }

    func lockedCoins() async throws(NodeError) -> [CoinReference] {
        state.withLock(\.locked).sorted()
    }

    func refusal(of transaction: [UInt8]) async throws(NodeError) -> TransactionRefusal? {
        if takeFault(.refusalUnknown) { throw .unreachable("down") }
        let words = state.withLock { state -> String? in
            if let refusal = state.refusal { return refusal }
            guard let draft = state.drafts[Hash256.sha256d(of: transaction)] else { return "undecodable" }
            return state.isPricedOut(draft) ? "mempool min fee not met" : state.objection(to: draft.outputs)
        }
        return words.map(TransactionRefusal.init(words:))
    }

    func send(_ transaction: [UInt8]) async throws(NodeError) {
        if takeFault(.sendRefused) { throw .refused(code: -26, message: "mempool full") }
        if takeFault(.sendNeverArrives) { throw .noAnswer("timeout") }
        let isTaken = state.withLock { state in
            let identifier = Hash256.sha256d(of: transaction)
            guard let draft = state.drafts[identifier] else { return false }
            let rivals = Set(draft.coins.flatMap { state.living(spending: $0.reference) }).subtracting([identifier])
            for rival in rivals {
                // As nodes do it (BIP 125): only for a higher fee, and never for what is mined.
                guard state.fates[rival] == .waiting, let old = state.drafts[rival]?.fee, let new = draft.fee, new > old
                else { return false }
            }
            if state.isPricedOut(draft) { return false }
            let coins = Set(draft.coins.map(\.reference))
            if state.strangers.contains(where: { !coins.isDisjoint(with: $0.inputs) }) { return false }
            for rival in rivals { state.fates[rival] = nil }
            state.sent.append(transaction)
            if state.fates[identifier] == nil { state.fates[identifier] = .waiting }
            return true
        }
        guard isTaken else { throw .refused(code: -25, message: "bad-txns-inputs-missingorspent") }
        if takeFault(.sendLosesAnswer) { throw .noAnswer("timeout") }
    }

    func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate {
        if takeFault(.fateUnknown) { throw .unreachable("down") }
        if state.withLock({ $0.unaskable.contains(transaction) }) { throw .malformed("gettransaction without hex") }
        return state.withLock { $0.fates[transaction] ?? .unknown }
    }

    func buried(within depth: UInt32) async throws(NodeError) -> [Hash256: UInt32] {
        if takeFault(.listTooLong) { throw .malformed("more than listsinceblock may answer") }
        return state.withLock { state in
            state.fates.compactMapValues { fate in
                guard case .buried(let own) = fate, own <= depth else { return nil }
                return own
            }
        }
    }

    func spenders(
        of coins: [CoinReference],
        against transactions: [Hash256],
        since height: UInt32
    ) async throws(NodeError) -> [CoinSpender] {
        state.withLock { $0.searchCount += 1 }
        if takeFault(.spendersUnknown) { throw .refused(code: -4, message: "it has sent too many") }
        return state.withLock { state in
            let own = state.drafts.compactMap { identifier, draft in
                state.fates[identifier].map { Self.spender(identifier, draft, $0) }
            }
            return (own + state.strangers).filter { !Set(coins).isDisjoint(with: $0.inputs) }
        }
    }

    private static func spender(_ identifier: Hash256, _ draft: PayoutDraft, _ fate: TransactionFate) -> CoinSpender {
        let confirmations: Int64
        switch fate {
        case .buried(let depth): confirmations = Int64(depth)
        case .waiting, .missing, .unknown: confirmations = 0
        case .conflicted(let depth): confirmations = -Int64(depth)
        }
        return CoinSpender(
            transaction: identifier,
            confirmations: confirmations,
            inputs: draft.coins.map(\.reference),
            outputs: draft.outputs.map {
                TransactionOutput(amount: $0.amount, scriptPublicKey: $0.address.scriptPublicKey)
            },
            bytes: [],
            virtualSize: 0
        )
    }

    func takeFault(_ fault: Fault) -> Bool {
        state.withLock { state in
            guard let index = state.faults.firstIndex(of: fault) else { return false }
            state.faults.remove(at: index)
            return true
        }
    }
}
