import Hashing
import MiningDomain

/// What must be known of a job as it was sent, to tell the pool what was found in it.
struct StratumWork: Sendable {
    let jobID: String
    let extranonces: Extranonces
    let time: UInt32
    let previousHash: Hash256
    let blockTarget: Target?

    /// A find as the parameters of `mining.submit` name it, in hex.
    func fields(of find: Find) -> (extranonce2: String, time: String, nonce: String) {
        let extranonce2 = SearchSpace.bigEndian(find.extranonce2, byteCount: extranonces.extranonce2ByteCount)
        return (Hex.string(extranonce2), Self.hex(time), Self.hex(find.nonce))
    }

    func isBlock(_ find: Find) -> Bool {
        blockTarget?.isMet(by: find.hash) ?? false
    }

    private static func hex(_ number: UInt32) -> String {
        Hex.string(SearchSpace.bigEndian(UInt64(number), byteCount: 4))
    }
}
