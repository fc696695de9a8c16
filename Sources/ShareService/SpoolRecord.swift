internal import Hashing

/// How records lie in a spool file, so that one that a crash cut off is told from a whole one.
///
/// Each is its length (4 bytes, little-endian), the first 8 bytes of its SHA-256, and itself.
enum SpoolRecord {
    /// More than any batch or block candidate has.
    static let byteCountMax = 16 << 20
    private static let lengthByteCount = 4
    private static let checksumByteCount = 8

    static func framed(_ body: [UInt8]) -> [UInt8] {
        precondition(body.count <= byteCountMax)
        let length = UInt32(body.count)
        let head = (0..<lengthByteCount).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
        return head + checksum(body) + body
    }

    /// The whole records from the start, and how many bytes behind them are none.
    static func bodies(_ bytes: [UInt8]) -> (bodies: [[UInt8]], restByteCount: Int) {
        var bodies: [[UInt8]] = []
        var rest = bytes[...]
        while let body = body(rest) {
            bodies.append(body)
            rest = rest.dropFirst(lengthByteCount + checksumByteCount + body.count)
        }
        return (bodies, rest.count)
    }

    private static func body(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let head = bytes.prefix(lengthByteCount)
        let length = Int(head.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        let rest = bytes.dropFirst(lengthByteCount)
        guard head.count == lengthByteCount, length <= byteCountMax, rest.count >= checksumByteCount + length else {
            return nil
        }
        let body = Array(rest.dropFirst(checksumByteCount).prefix(length))
        return Array(rest.prefix(checksumByteCount)) == checksum(body) ? body : nil
    }

    private static func checksum(_ body: [UInt8]) -> [UInt8] {
        Array(Hash256.sha256(of: body).bytes.prefix(checksumByteCount))
    }
}
