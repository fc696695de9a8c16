import Hashing
import JSON

/// A `getblocktemplate` answer that is written once, but for the few fields that change.
struct TemplateText {
    /// A hard target of the main network.
    private static let bits = "17034219"
    private static let transactionByteCounts = 200..<1_000
    private static let minimumTime = 1_700_000_000

    private let rest: [UInt8]

    /// - Parameter transactionCount: Of some 600 bytes each; 2,500 make about 3 MB of JSON.
    init(transactionCount: Int) {
        var seed = Hash256.sha256(of: [1])
        let transactions = (0..<transactionCount).map { _ -> JSON in
            seed = .sha256(of: seed.bytes)
            let range = Self.transactionByteCounts
            let byteCount = range.lowerBound + Int(seed.words.0 % UInt64(range.count))
            let bytes = (0..<byteCount).map {
                UInt8(truncatingIfNeeded: seed.words.1 >> UInt64($0 % 8 * 8)) ^ UInt8(truncatingIfNeeded: $0)
            }
            let identifier = JSON(Hash256.sha256d(of: bytes).displayHex)
            return [
                "data": .string(Hex.string(bytes)), "txid": identifier, "hash": identifier, "depends": [], "fee": 1_000,
                "sigops": 4, "weight": JSON(4 * byteCount),
            ]
        }
        let fields: JSON = [
            "version": 0x2000_0000, "rules": ["csv", "!segwit", "taproot"], "coinbaseaux": ["flags": ""],
            "coinbasevalue": JSON(312_500_000 + 1_000 * transactionCount), "mintime": JSON(Self.minimumTime),
            "mutable": ["time", "transactions", "prevblock"], "noncerange": "00000000ffffffff", "sigoplimit": 80_000,
            "sizelimit": 4_000_000, "weightlimit": 4_000_000, "bits": .string(Self.bits),
            "default_witness_commitment": .string("6a24aa21a9ed" + String(repeating: "e2", count: 32)),
            "transactions": .array(transactions),
        ]
        rest = Array(fields.encoded().dropFirst())
    }

    func bytes(after tip: Hash256, height: UInt64, time: UInt64) -> [UInt8] {
        let tip = tip.displayHex
        let start =
            #"{"previousblockhash":"\#(tip)","longpollid":"\#(tip)","height":\#(height),"curtime":\#(time),"#
        return Array(start.utf8) + rest
    }
}
