package import BlockFormat
package import ChainAdapter
package import Hashing
package import MiningDomain

/// A node's wallet, paying.
package struct NodeWallet: PayoutWallet, FundedWallet {
    /// Under this label the wallet keeps the address of block rewards, so that it is found again.
    private static let rewardLabel = "lode-reward"

    private let wallet: Wallet

    package init(_ wallet: Wallet) {
        self.wallet = wallet
    }

    package func rewardAddress() async throws(NodeError) -> Address {
        if let known = try await wallet.addresses(label: Self.rewardLabel).first { return known }
        return try await wallet.newAddress(label: Self.rewardLabel)
    }

    package func owns(_ address: Address) async throws(NodeError) -> Bool {
        try await wallet.owns(address)
    }

    package func holdings() async throws(NodeError) -> Amount {
        let balance = try await wallet.balance()
        return Amount(units: balance.spendable.units + balance.pending.units + balance.immature.units)
    }

    package func build(paying outputs: [(address: Address, amount: Amount)]) async throws(NodeError) -> BuiltPayout {
        let funded = try await wallet.fund(try await wallet.createTransaction(paying: outputs))
        do {
            let signed = try await wallet.sign(funded.bytes)
            return BuiltPayout(
                transaction: signed.bytes,
                identifier: signed.identifier,
                fee: funded.fee,
                inputs: signed.inputs,
                outputs: signed.outputs.map {
                    BuiltPayout.Output(scriptPublicKey: $0.scriptPublicKey, amount: $0.amount)
                }
            )
        } catch {
            try await wallet.unlock(try await wallet.decode(funded.bytes).inputs)
            throw error
        }
    }

    package func discard(_ payout: BuiltPayout) async throws(NodeError) {
        try await wallet.unlock(payout.inputs)
    }

    package func unlockAll() async throws(NodeError) {
        try await wallet.unlockAll()
    }

    package func send(_ transaction: [UInt8]) async throws(NodeError) {
        try await wallet.send(transaction)
    }

    package func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate {
        if let own = try await wallet.transaction(transaction), own.confirmations != 0 {
            return own.confirmations > 0
                ? .buried(depth: UInt32(clamping: own.confirmations))
                : .conflicted(depth: UInt32(clamping: -own.confirmations))
        }
        // The wallet remembers transactions that no memory pool holds any more: only the node's own word counts.
        guard let known = try await wallet.knownTransaction(transaction) else { return .missing }
        return known.confirmations > 0 ? .buried(depth: known.confirmations) : .waiting
    }
}
