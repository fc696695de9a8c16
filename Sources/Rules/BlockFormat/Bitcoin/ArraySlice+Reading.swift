/// Bytes that are read from their front.
extension ArraySlice<UInt8> {
    /// - Returns: Whether there were so many.
    mutating func skip(_ byteCount: some BinaryInteger) -> Bool {
        guard byteCount <= count else { return false }
        removeFirst(Int(byteCount))
        return true
    }

    /// At most 8 bytes.
    mutating func littleEndian(byteCount: Int) -> UInt64? {
        guard byteCount <= count else { return nil }
        let value = prefix(byteCount).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        removeFirst(byteCount)
        return value
    }

    /// How many items follow (see `CompactSize`).
    mutating func compactSize() -> UInt64? {
        guard let first = popFirst() else { return nil }
        switch first {
        case 0xfd: return littleEndian(byteCount: 2)
        case 0xfe: return littleEndian(byteCount: 4)
        case 0xff: return littleEndian(byteCount: 8)
        case _: return UInt64(first)
        }
    }
}
