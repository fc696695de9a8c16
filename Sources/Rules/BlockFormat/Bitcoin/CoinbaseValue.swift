internal import Hashing
package import MiningDomain

/// What a coinbase pays, read from its own bytes: the block's hash commits to them, whatever a template promised.
package enum CoinbaseValue {
    /// The sum over all outputs of a coinbase without witness.
    ///
    /// - Returns: `nil` for what is no transaction of one input, or has bytes left over.
    package static func total(of coinbase: [UInt8]) -> Amount? {
        // With a witness it would be known by other bytes than these.
        guard let transaction = RawTransaction(coinbase), transaction.identifier == .sha256d(of: coinbase),
            transaction.inputs.count == 1, !transaction.outputs.isEmpty
        else { return nil }
        var total = Amount.zero
        for output in transaction.outputs {
            guard let sum = try? total.adding(output.amount) else { return nil }
            total = sum
        }
        return total
    }
}
