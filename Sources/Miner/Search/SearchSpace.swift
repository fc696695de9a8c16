import MiningDomain

/// A part of a job's search space that is ours alone: nonces under extranonces.
struct SearchSpace: Hashable, Sendable {
    static let extranonce2ByteCounts = 1...8
    /// More extranonces than a machine comes to in its life, so that a space's size fits into 64 bits.
    static let extranonce2CountMax: UInt64 = 1 << 31

    /// What the link to the pool knows it by: goes back with every find.
    let token: String
    let extranonce1: [UInt8]
    /// How many bytes an extranonce2 has in the coinbase.
    let extranonce2ByteCount: Int
    /// Extranonces past the largest go on at zero.
    var extranonce2Start: UInt64
    /// At least 1.
    let extranonce2Count: UInt64
    let nonceStart: UInt32
    /// 1 to 2^32.
    let nonceCount: UInt64
    /// The header's time, seconds since 1970.
    let time: UInt32
    let shareTarget: Target
    /// Has no end that anybody comes to: the pool replaces it when it is time.
    var isOpenEnded = false

    /// How many hashes there are to try.
    var size: UInt64 { extranonce2Count * nonceCount }

    /// The extranonce2 that is `index` places after the first.
    func extranonce2(at index: UInt64) -> UInt64 {
        let mask = UInt64.max >> UInt64(64 - 8 * extranonce2ByteCount)
        return (extranonce2Start &+ index) & mask
    }

    /// Both extranonces as they stand in the coinbase.
    func extranonces(extranonce2: UInt64) -> [UInt8] {
        extranonce1 + Self.bigEndian(extranonce2, byteCount: extranonce2ByteCount)
    }

    static func bigEndian(_ number: UInt64, byteCount: Int) -> [UInt8] {
        (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }
}
