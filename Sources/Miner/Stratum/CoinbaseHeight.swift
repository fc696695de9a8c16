/// Reads a block's height where BIP 34 puts it: the first push of its coinbase's script.
enum CoinbaseHeight {
    /// Version, number of inputs, and the outpoint that refers to nothing.
    private static let scriptLengthOffset = 4 + 1 + 36
    private static let op1: UInt8 = 0x51
    private static let op16: UInt8 = 0x60

    /// - Parameter coinbase1: The coinbase without witness, as far as the extranonce.
    /// - Returns: `nil` when there is no such push: for people's eyes only, so nothing depends on it.
    static func read(_ coinbase1: [UInt8]) -> UInt32? {
        let script = coinbase1.dropFirst(scriptLengthOffset + 1)
        guard let first = script.first else { return nil }
        switch first {
        case op1...op16: return UInt32(first - op1 + 1)
        case 1...4:
            let bytes = script.dropFirst().prefix(Int(first))
            guard bytes.count == Int(first), bytes.last.map({ $0 < 0x80 }) == true else { return nil }
            return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        case _: return nil
        }
    }
}
