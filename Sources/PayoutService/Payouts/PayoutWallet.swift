package import BlockFormat
package import ChainAdapter
package import Hashing
package import MiningDomain

/// The wallet that payouts are made from, as far as paying needs it.
package protocol PayoutWallet: Sendable {
    /// Where block rewards go: always the same address once there is one.
    func rewardAddress() async throws(NodeError) -> Address

    /// Whether the wallet can spend what is sent to the address.
    func owns(_ address: Address) async throws(NodeError) -> Bool

    /// A signed transaction that pays each its amount; the wallet pays the fee on top, out of the change.
    ///
    /// Its coins are locked. Nothing was sent; when this throws nothing is locked, unless the node fell silent.
    func build(paying outputs: [(address: Address, amount: Amount)]) async throws(NodeError) -> BuiltPayout

    /// Frees the coins of a transaction that will not be sent.
    func discard(_ payout: BuiltPayout) async throws(NodeError)

    /// Frees every coin of the wallet.
    func unlockAll() async throws(NodeError)

    /// Broadcasts a transaction; one that the node has already is fine.
    func send(_ transaction: [UInt8]) async throws(NodeError)

    /// What has become of a transaction that was, or may have been, sent.
    func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate
}

/// A payout's transaction, signed and not yet sent.
package struct BuiltPayout: Hashable, Sendable {
    package let transaction: [UInt8]
    package let identifier: Hash256
    package let fee: Amount
    package let inputs: [CoinReference]
    package let outputs: [Output]

    package struct Output: Hashable, Sendable {
        package let scriptPublicKey: [UInt8]
        package let amount: Amount

        package init(scriptPublicKey: [UInt8], amount: Amount) {
            self.scriptPublicKey = scriptPublicKey
            self.amount = amount
        }
    }

    package init(
        transaction: [UInt8],
        identifier: Hash256,
        fee: Amount,
        inputs: [CoinReference],
        outputs: [Output]
    ) {
        self.transaction = transaction
        self.identifier = identifier
        self.fee = fee
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Whether it pays exactly what was planned, once each, and besides has at most one output for the change.
    package func pays(exactly planned: [(address: Address, amount: Amount)]) -> Bool {
        var left = outputs
        for (address, amount) in planned {
            let wanted = Output(scriptPublicKey: address.scriptPublicKey, amount: amount)
            guard let index = left.firstIndex(of: wanted) else { return false }
            left.remove(at: index)
        }
        return left.count <= 1
    }
}

package enum TransactionFate: Hashable, Sendable {
    /// In a block of the best chain, which counts as 1.
    case buried(depth: UInt32)
    /// In the memory pool.
    case waiting
    /// No node knows it.
    case missing
    /// Another transaction has spent its coins, in a block so deep.
    case conflicted(depth: UInt32)
}
