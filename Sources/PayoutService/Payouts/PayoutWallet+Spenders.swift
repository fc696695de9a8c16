internal import ChainAdapter

extension PayoutWallet {
    /// How many blocks before a payout was signed the search for who spent its coins begins: reorganisations move them.
    private var searchMargin: UInt32 { 100 }

    /// Whoever spends a payout's coins, its own versions among them.
    ///
    /// `height` is when a payout that is not signed yet was handed over.
    func spenders(of row: PayoutRow, handedOverAt height: UInt32? = nil) async throws(NodeError) -> [CoinSpender] {
        guard !row.coins.isEmpty, let start = row.versions.first?.signedHeight ?? height else { return [] }
        return try await spenders(
            of: row.coins.map(\.reference),
            against: row.versions.map(\.identifier),
            since: start - min(start, searchMargin)
        )
    }
}
