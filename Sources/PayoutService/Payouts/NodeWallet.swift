package import BlockFormat
package import ChainAdapter
package import Hashing
internal import Ledger
package import MiningDomain

/// A node's wallet, paying.
package struct NodeWallet: PayoutWallet, FundedWallet {
    /// Under these labels the wallet keeps its two addresses, so that they are found again.
    private static let rewardLabel = "lode-reward"
    private static let changeLabel = "lode-change"

    private let wallet: Wallet
    /// Within how many blocks a payout should be mined.
    private let feeTarget: UInt32

    package init(_ wallet: Wallet, feeTarget: UInt32 = 6) {
        self.wallet = wallet
        self.feeTarget = feeTarget
    }

    package func rewardAddress() async throws(NodeError) -> Address {
        try await address(label: Self.rewardLabel)
    }

    package func changeAddress(besides payees: Set<[UInt8]>) async throws(NodeError) -> Address {
        try await address(label: Self.changeLabel, besides: payees)
    }

    package func owns(_ address: Address) async throws(NodeError) -> Bool {
        try await wallet.owns(address)
    }

    package func holdings() async throws(NodeError) -> Amount {
        let balance = try await wallet.balance()
        return Amount(units: balance.spendable.units + balance.pending.units + balance.immature.units)
    }

    package func conditions() async throws(NodeError) -> ChainConditions {
        let answer = try await wallet.fees(target: feeTarget)
        return ChainConditions(
            height: try await wallet.height(),
            fees: NetworkFees(
                estimate: answer.estimate.map(NetworkFeeRate.init),
                minimum: NetworkFeeRate(units: answer.minimum),
                increment: NetworkFeeRate(units: answer.increment)
            )
        )
    }

    package func coins(depth: UInt32) async throws(NodeError) -> [PayoutCoin] {
        try await wallet.coins(depth: depth).map {
            PayoutCoin(reference: $0.reference, amount: $0.amount, scriptPublicKey: $0.scriptPublicKey)
        }
    }

    package func isPayable(_ address: Address) async throws(NodeError) -> Bool {
        try await wallet.isPayable(address)
    }

    package func objection(to draft: PayoutDraft) async throws(NodeError) -> String? {
        do throws(NodeError) {
            return try await wallet.objection(toOutputsOf: try await unsigned(draft))
        } catch {
            guard case .refused(_, let message) = error else { throw error }
            return message
        }
    }

    package func sign(_ draft: PayoutDraft) async throws(NodeError) -> SignedTransaction {
        try await wallet.sign(try await unsigned(draft))
    }

    private func unsigned(_ draft: PayoutDraft) async throws(NodeError) -> [UInt8] {
        try await wallet.createTransaction(
            spending: draft.coins.map(\.reference),
            paying: draft.allOutputs.map { ($0.address, $0.amount) }
        )
    }

    package func psbt(of draft: PayoutDraft) async throws(NodeError) -> PSBT {
        try await wallet.createPSBT(
            spending: draft.coins.map(\.reference),
            paying: draft.allOutputs.map { ($0.address, $0.amount) }
        )
    }

    package func decode(_ psbt: PSBT) async throws(NodeError) -> UnsignedTransaction {
        try await wallet.decode(psbt)
    }

    package func complete(_ psbt: PSBT, with signed: PSBT) async throws(NodeError) -> SignedTransaction? {
        try await wallet.finalize(try await wallet.combine([psbt, signed]))
    }

    package func lock(_ coins: [CoinReference]) async throws(NodeError) {
        try await wallet.lock(coins)
    }

    package func unlock(_ coins: [CoinReference]) async throws(NodeError) {
        try await wallet.unlock(coins)
    }

    package func lockedCoins() async throws(NodeError) -> [CoinReference] {
        try await wallet.lockedCoins()
    }

    package func refusal(of transaction: [UInt8]) async throws(NodeError) -> TransactionRefusal? {
        try await wallet.refusal(of: transaction)
    }

    package func send(_ transaction: [UInt8]) async throws(NodeError) {
        try await wallet.send(transaction)
    }

    package func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate {
        let own = try await wallet.transaction(transaction)
        if let own, own.confirmations != 0 {
            return own.confirmations > 0
                ? .buried(depth: UInt32(clamping: own.confirmations))
                : .conflicted(depth: UInt32(clamping: -own.confirmations))
        }
        // The wallet remembers transactions that no memory pool holds any more: only the node's own word counts.
        guard let known = try await wallet.knownTransaction(transaction) else {
            return own == nil ? .unknown : .missing
        }
        return known.confirmations > 0 ? .buried(depth: known.confirmations) : .waiting
    }

    package func buried(within depth: UInt32) async throws(NodeError) -> [Hash256: UInt32] {
        try await wallet.buried(within: depth)
    }

    package func spenders(
        of coins: [CoinReference],
        against transactions: [Hash256],
        since height: UInt32
    ) async throws(NodeError) -> [CoinSpender] {
        try await wallet.spenders(of: coins, against: transactions, since: height)
    }

    private func address(label: String, besides scripts: Set<[UInt8]> = []) async throws(NodeError) -> Address {
        let known = try await wallet.addresses(label: label).first { !scripts.contains($0.scriptPublicKey) }
        if let known { return known }
        return try await wallet.newAddress(label: label)
    }
}
