import Hashing

/// First blocks, as every node of the chain has them built in.
enum Genesis {
    static let bitcoin = header(
        merkleRoot: "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
        time: 1_231_006_505,
        bits: 0x1d00_ffff,
        nonce: 2_083_236_893
    )
    static let bitcoinHash = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"

    static let litecoin = header(
        merkleRoot: "97ddfbbae6be97fd6cdf3e7ca13232a3afff2353e29badfab7f73011edd4ced9",
        time: 1_317_972_665,
        bits: 0x1e0f_fff0,
        nonce: 2_084_524_493
    )
    static let litecoinHash = "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2"
    static let litecoinProofHash = "0000050c34a64b415b6b15b37f2216634b5b1669cb9a2e38d76f7213b0671e00"

    private static func header(merkleRoot: String, time: UInt32, bits: UInt32, nonce: UInt32) -> [UInt8] {
        littleEndian(1) + [UInt8](repeating: 0, count: 32) + (Hex.bytes(merkleRoot) ?? []).reversed()
            + littleEndian(time) + littleEndian(bits) + littleEndian(nonce)
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
