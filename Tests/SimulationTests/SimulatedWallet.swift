import BlockFormat
import ChainAdapter
import Hashing
import Ledger
import MiningDomain
import PayoutService

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
                virtualSize: Self.virtualSize(of: signed),
                inputs: signed.inputs,
                outputs: signed.outputs
            )
        }
    }

    private static func virtualSize(of transaction: SimulatedTransaction) -> UInt32 {
        UInt32(11 + 31 * transaction.outputs.count + 68 * transaction.inputs.count)
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
                        outputs: world.mutation == .walletHidesWhatWasPaidByHand ? [] : transaction.outputs,
                        bytes: transaction.bytes,
                        virtualSize: Self.virtualSize(of: transaction)
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
            if world.mutation == .followerBelievesWhatNeverWas, network.depthEver(of: transaction) == 0 {
                return .buried(depth: 6)
            }
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

    // MARK: - Somebody else signs

    func psbt(of draft: PayoutDraft) async throws(NodeError) -> PSBT {
        try await call("psbt") { () throws(NodeError) in
            if let objection = Self.objection(to: draft) { throw .refused(code: -8, message: objection) }
            guard let psbt = purse.drawUp(draft) else { throw .malformed("no PSBT") }
            return psbt
        }
    }

    func decode(_ psbt: PSBT) async throws(NodeError) -> UnsignedTransaction {
        try await call("decode") { () throws(NodeError) in
            let paper = try paper(psbt)
            return UnsignedTransaction(
                identifier: paper.identifier,
                inputs: paper.inputs,
                outputs: paper.outputs,
                finalInputCount: paper.signedCount
            )
        }
    }

    func complete(_ psbt: PSBT, with signed: PSBT) async throws(NodeError) -> SignedTransaction? {
        try await call("complete") { () throws(NodeError) in
            let (own, given) = (try paper(psbt), try paper(signed))
            guard own.identifier == given.identifier else {
                throw .refused(code: -22, message: "PSBTs not compatible (different transactions)")
            }
            guard let transaction = purse.transaction(of: signed) else { return nil }
            purse.learn(transaction)
            return SignedTransaction(
                bytes: transaction.bytes,
                identifier: transaction.identifier,
                virtualSize: Self.virtualSize(of: transaction),
                inputs: given.inputs,
                outputs: given.outputs,
                unlockings: given.unlockings
            )
        }
    }

    private func paper(_ psbt: PSBT) throws(NodeError) -> SimulatedPaper {
        guard let paper = purse.read({ $0.papers[psbt] }) else {
            throw .refused(code: -22, message: "TX decode failed")
        }
        // A wallet that does not look sees in whatever spends the same coins what it has drawn up itself.
        guard world.mutation == .walletReadsOfEveryPSBTWhatWasHandedOut else { return paper }
        let drawnUp = purse.read(\.papers).values.filter { $0.inputs == paper.inputs && $0.signedCount == 0 }
        var first = drawnUp.min { $0.identifier.words.0 < $1.identifier.words.0 } ?? paper
        first.signedCount = paper.signedCount
        return first
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
