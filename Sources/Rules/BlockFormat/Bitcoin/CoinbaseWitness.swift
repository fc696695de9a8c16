/// Turns a coinbase as it is hashed into the coinbase as a segwit block carries it (BIP 141, BIP 144).
package enum CoinbaseWitness {
    /// Of the transaction's version.
    private static let versionByteCount = 4
    private static let lockTimeByteCount = 4
    private static let markerAndFlag: [UInt8] = [0, 1]
    /// One item of 32 zero bytes: the reserved value to which the template's commitment was made.
    private static let reservedValue: [UInt8] = [1, 32] + [UInt8](repeating: 0, count: 32)

    /// - Returns: `nil` for what is too short to be a transaction.
    package static func adding(to stripped: [UInt8]) -> [UInt8]? {
        guard stripped.count > versionByteCount + lockTimeByteCount else { return nil }
        return stripped.prefix(versionByteCount) + markerAndFlag
            + stripped.dropFirst(versionByteCount).dropLast(lockTimeByteCount) + reservedValue
            + stripped.suffix(lockTimeByteCount)
    }
}
