/// A solved block's bytes, as `submitblock` takes them.
package enum BlockAssembly {
    /// - Parameters:
    ///   - header: 80 bytes.
    ///   - coinbase: Whole, without witness.
    ///   - transactionCount: Of `transactions`, so without the coinbase.
    ///   - transactions: One after the other, as the template gave them.
    ///   - segwit: Whether the coinbase commits to witnesses, and so must carry the reserved value.
    ///   - tail: What the chain has after the last transaction.
    /// - Returns: `nil` unless header and coinbase have the length of such.
    package static func block(
        header: [UInt8],
        coinbase: [UInt8],
        transactionCount: Int,
        transactions: [UInt8],
        segwit: Bool,
        tail: [UInt8]
    ) -> [UInt8]? {
        guard header.count == BlockHeader.byteCount,
            let whole = segwit ? CoinbaseWitness.adding(to: coinbase) : coinbase
        else { return nil }
        return header + CompactSize.bytes(transactionCount + 1) + whole + transactions + tail
    }

    /// Litecoin's tail once MWEB is active (LIP 2): a byte that says there is an extension block, and that block.
    package static func tail(extensionBlock: [UInt8]?) -> [UInt8] {
        extensionBlock.map { [1] + $0 } ?? []
    }
}
