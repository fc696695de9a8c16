package import MiningDomain

/// What a coinbase pays, read from its own bytes: the block's hash commits to them, whatever a template promised.
package enum CoinbaseValue {
    private static let versionByteCount = 4
    /// One input: what it spends, and its place there.
    private static let outpointByteCount = 36
    private static let sequenceByteCount = 4
    private static let valueByteCount = 8
    private static let lockTimeByteCount = 4

    /// The sum over all outputs of a coinbase without witness.
    ///
    /// - Returns: `nil` for what is no transaction of one input, or has bytes left over.
    package static func total(of coinbase: [UInt8]) -> Amount? {
        var rest = coinbase[...]
        guard rest.skip(versionByteCount), rest.compactSize() == 1, rest.skip(outpointByteCount),
            let scriptByteCount = rest.compactSize(), rest.skip(scriptByteCount), rest.skip(sequenceByteCount),
            let outputCount = rest.compactSize(), outputCount > 0
        else { return nil }
        var total = Amount.zero
        for _ in 0..<outputCount {
            guard let value = rest.littleEndian(byteCount: valueByteCount),
                let scriptByteCount = rest.compactSize(), rest.skip(scriptByteCount),
                let sum = try? total.adding(Amount(units: value))
            else { return nil }
            total = sum
        }
        return rest.count == lockTimeByteCount ? total : nil
    }
}
