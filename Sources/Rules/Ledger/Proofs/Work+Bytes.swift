package import MiningDomain

extension Work {
    /// 16 bytes, the most significant first.
    package var bytes: [UInt8] { hashes.bigEndianBytes }

    /// - Returns: `nil` unless there are exactly 16 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(hashes: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }
}
