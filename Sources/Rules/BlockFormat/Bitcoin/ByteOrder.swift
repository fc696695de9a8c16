extension FixedWidthInteger where Self: UnsignedInteger {
    /// As headers and transactions carry numbers.
    var littleEndianBytes: [UInt8] {
        (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
    }

    /// As extranonces stand in a coinbase.
    var bigEndianBytes: [UInt8] {
        littleEndianBytes.reversed()
    }

    /// Reads as many bytes as there are; the caller sees to it that they fit.
    init(littleEndian bytes: some Collection<UInt8> & BidirectionalCollection<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | Self($1) }
    }
}
