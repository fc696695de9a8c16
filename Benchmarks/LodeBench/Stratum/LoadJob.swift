import BlockFormat
import Hashing
import JSON
import MiningDomain

/// A job as `mining.notify` tells it.
final class LoadJob {
    /// A share that is really one, found under an extranonce.
    struct Find {
        let nonce: UInt32
        /// Of the header; the ledger knows the share by it.
        let hash: Hash256
    }

    /// Nonces that are tried at a time: what the widest kernel does at once.
    private static let stride: UInt32 = 16

    let name: String
    let previousHash: Hash256
    let timeText: String
    private let recipe: HeaderRecipe
    private let time: UInt32

    /// - Returns: `nil` for what is no job.
    init?(_ parameters: [JSON]) {
        guard parameters.count == 9, let name = parameters[0].string,
            let previousHash = parameters[1].string.flatMap(Self.previousHash),
            let coinbase1 = parameters[2].string.flatMap(Hex.bytes),
            let coinbase2 = parameters[3].string.flatMap(Hex.bytes),
            let branch = parameters[4].array?.compactMap({ $0.string.flatMap(Hash256.init(hex:)) }),
            let version = Self.number(parameters[5]), let bits = Self.number(parameters[6]),
            let time = Self.number(parameters[7]), let timeText = parameters[7].string
        else { return nil }
        self.name = name
        self.previousHash = previousHash
        self.timeText = timeText
        self.time = time
        recipe = HeaderRecipe(
            version: version,
            previousHash: previousHash,
            bits: bits,
            coinbase1: coinbase1,
            coinbase2: coinbase2,
            merkleBranch: branch
        )
    }

    /// Searches until there is one.
    func find(extranonce1: UInt32, extranonce2: UInt32, target: [UInt8]) -> Find {
        let root = recipe.merkleRoot(extranonce1: extranonce1, extranonce2: extranonce2)
        let search = NonceSearch(
            .sha256d,
            header: recipe.header(merkleRoot: root, time: time, nonce: 0),
            target: target
        )
        var nonce: UInt32 = 0
        while true {
            if let hit = search.slice(from: nonce, count: UInt64(Self.stride)).hits.first {
                return Find(nonce: hit.nonce, hash: hit.hash)
            }
            nonce += Self.stride
        }
    }

    private static func number(_ json: JSON) -> UInt32? { json.string.flatMap { UInt32($0, radix: 16) } }

    /// The wire has each word of four bytes the other way round.
    private static func previousHash(_ hex: String) -> Hash256? {
        guard let bytes = Hex.bytes(hex), bytes.count == Hash256.byteCount else { return nil }
        return Hash256(bytes.indices.map { bytes[$0 / 4 * 4 + 3 - $0 % 4] })
    }
}
