import System

/// Version 2: twelve bytes of signature, version and command, family, length, addresses, optional fields.
extension ProxyHeader {
    private static let fixedByteCount = 16

    static func parseBinary(_ bytes: [UInt8]) -> Outcome {
        guard bytes.count > 12 else { return .incomplete }
        guard bytes[12] >> 4 == 2, bytes[12] & 0xf <= 1 else { return .malformed(.badVersion) }
        guard bytes.count >= fixedByteCount else { return .incomplete }
        let byteCount = fixedByteCount + Int(bytes[14]) << 8 + Int(bytes[15])
        guard byteCount <= byteCountMax else { return .malformed(.tooLong) }
        let speaksForItself = bytes[12] & 0xf == 0
        guard !speaksForItself else {
            return bytes.count < byteCount ? .incomplete : .header(byteCount: byteCount, source: nil)
        }
        let addressByteCount: Int
        switch bytes[13] {
        case 0x00: addressByteCount = 0  // the proxy does not know
        case 0x11: addressByteCount = 4
        case 0x21: addressByteCount = 16
        case _: return .malformed(.badFamily)
        }
        // Two addresses and, when there are any, two ports.
        let needed = addressByteCount == 0 ? 0 : 2 * addressByteCount + 4
        guard byteCount - fixedByteCount >= needed else { return .malformed(.tooShort) }
        guard bytes.count >= byteCount else { return .incomplete }
        let source = Array(bytes[fixedByteCount..<(fixedByteCount + addressByteCount)])
        return .header(byteCount: byteCount, source: RemoteAddress(network: source))
    }
}
