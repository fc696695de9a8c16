/// How many items follow, as blocks and transactions write it.
enum CompactSize {
    static func bytes(_ count: Int) -> [UInt8] {
        let count = UInt64(count)
        return switch count {
        case ..<0xfd: [UInt8(count)]
        case ...0xffff: [0xfd] + UInt16(count).littleEndianBytes
        case ...0xffff_ffff: [0xfe] + UInt32(count).littleEndianBytes
        case _: [0xff] + count.littleEndianBytes
        }
    }
}
