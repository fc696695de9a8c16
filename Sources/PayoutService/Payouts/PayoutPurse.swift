internal import BlockFormat
internal import ChainAdapter

/// What there is to draw payouts from.
struct PayoutPurse {
    /// Coins whose signature is of known size, in the order of their names.
    private(set) var coins: [PayoutCoin]
    let conditions: ChainConditions
    /// Paid by none of the drafts.
    private(set) var change: Address

    init(coins: [PayoutCoin], conditions: ChainConditions, change: Address) {
        self.coins = coins.filter { TransactionSize.input(spending: $0.scriptPublicKey) != nil }
            .sorted { $0.reference < $1.reference }
        self.conditions = conditions
        self.change = change
    }

    static func filled(from wallet: any PayoutWallet, depth: UInt32) async throws(NodeError) -> PayoutPurse {
        PayoutPurse(
            coins: try await wallet.coins(depth: depth),
            conditions: try await wallet.conditions(),
            change: try await wallet.changeAddress(besides: [])
        )
    }

    mutating func remove(_ references: Set<CoinReference>) {
        coins.removeAll { references.contains($0.reference) }
    }

    /// The purse with an address for change that is none of those paid.
    func besides(_ payees: Set<[UInt8]>, _ wallet: any PayoutWallet) async throws(NodeError) -> PayoutPurse {
        guard payees.contains(change.scriptPublicKey) else { return self }
        var other = self
        other.change = try await wallet.changeAddress(besides: payees)
        return other
    }
}
