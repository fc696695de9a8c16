import BlockFormat
import Hashing
import JSON
import MiningDomain
import Testing

/// A job as `GET /getblock` shows it.
struct MinerJob: Sendable {
    let id: String
    let height: UInt32
    let previousBlockHash: String
    let networkTarget: Target
    let algorithm: ProofAlgorithm
    let recipe: HeaderRecipe

    init?(_ json: JSON) {
        guard let id = json["job_id"]?.string, let height = json["height"]?.uint32,
            let algorithm = json["algorithm"]?.string.flatMap(ProofAlgorithm.init(rawValue:)),
            let version = json["version"]?.uint32,
            let previous = json["previous_block_hash"]?.string, let previousHash = Hash256(displayHex: previous),
            let bits = json["bits"]?.string.flatMap({ UInt32($0, radix: 16) }),
            let coinbase1 = json["coinbase_1"]?.string.flatMap(Hex.bytes),
            let coinbase2 = json["coinbase_2"]?.string.flatMap(Hex.bytes),
            let target = json["network_target"]?.string.flatMap(Hex.bytes).flatMap({ Target(bigEndian: $0) }),
            let branch = json["merkle_branch"]?.array
        else { return nil }
        self.id = id
        self.height = height
        self.algorithm = algorithm
        previousBlockHash = previous
        networkTarget = target
        recipe = HeaderRecipe(
            version: version,
            previousHash: previousHash,
            bits: bits,
            coinbase1: coinbase1,
            coinbase2: coinbase2,
            merkleBranch: branch.compactMap { $0.string.flatMap(Hash256.init(hex:)) }
        )
    }

    func header(_ bin: MinerBin, _ hit: MinerHit) -> [UInt8] {
        recipe.header(extranonce1: bin.extranonce1, extranonce2: hit.extranonce2, time: bin.time, nonce: hit.nonce)
    }

    /// The first `count` hashes of the bin that are of this kind.
    func search(_ bin: MinerBin, _ kind: HitKind, count: Int = 1) throws -> [MinerHit] {
        var found: [MinerHit] = []
        for position in bin.positions.prefix(Self.searchCountMax) {
            let hit = MinerHit(extranonce2: UInt32(position >> 32), nonce: UInt32(truncatingIfNeeded: position))
            if self.kind(of: hit, in: bin) == kind { found.append(hit) }
            if found.count == count { return found }
        }
        throw EndToEndError.nothingFound("the bin of \(bin.size) hashes holds only \(found.count) of kind \(kind)")
    }

    func proofHash(of hit: MinerHit, in bin: MinerBin) -> Hash256 {
        algorithm.hash(header: header(bin, hit))
    }

    func kind(of hit: MinerHit, in bin: MinerBin) -> HitKind {
        let hash = proofHash(of: hit, in: bin)
        if networkTarget.isMet(by: hash) { return .solves }
        return bin.shareTarget.isMet(by: hash) ? .share : .miss
    }

    private static let searchCountMax = 20_000
}

/// What a hash is worth, where the network's target is harder than the share's.
enum HitKind: Sendable {
    /// A block.
    case solves
    /// A share, and no block.
    case share
    /// Neither.
    case miss
}

/// A bin as `POST /getbin` gives it.
struct MinerBin: Sendable {
    let lease: String
    let jobID: String
    let extranonce1: UInt32
    let extranonce2Start: UInt64
    let extranonce2Count: UInt64
    let nonceStart: UInt64
    let nonceCount: UInt64
    let time: UInt32
    let shareTarget: Target
    let size: UInt64
    let expiresAt: UInt64

    init?(_ json: JSON) {
        guard let lease = json["bin"]?.string, let jobID = json["job_id"]?.string,
            let extranonce1 = json["extranonce1"]?.string.flatMap({ UInt32($0, radix: 16) }),
            let extranonce2Start = json["extranonce2_start"]?.uint64,
            let extranonce2Count = json["extranonce2_count"]?.uint64,
            let nonceStart = json["nonce_start"]?.uint64, let nonceCount = json["nonce_count"]?.uint64,
            let time = json["time"]?.uint32, let size = json["size"]?.uint64,
            let target = json["share_target"]?.string.flatMap(Hex.bytes).flatMap({ Target(bigEndian: $0) }),
            let expiresAt = json["expires_at"]?.uint64
        else { return nil }
        self.lease = lease
        self.jobID = jobID
        self.extranonce1 = extranonce1
        self.extranonce2Start = extranonce2Start
        self.extranonce2Count = extranonce2Count
        self.nonceStart = nonceStart
        self.nonceCount = nonceCount
        self.time = time
        self.size = size
        shareTarget = target
        self.expiresAt = expiresAt
    }

    /// The positions of the job's search space that this bin holds, under its extranonce1.
    var positions: Range<UInt64> {
        let start = extranonce2Start << 32 + nonceStart
        return start..<(start + size)
    }

    /// Whether the two give one piece of work to two miners.
    func overlaps(_ other: MinerBin) -> Bool {
        jobID == other.jobID && extranonce1 == other.extranonce1 && time == other.time
            && positions.overlaps(other.positions)
    }
}

struct MinerHit: Hashable, Sendable {
    let extranonce2: UInt32
    let nonce: UInt32
}

enum EndToEndError: Error {
    case nothingFound(String)
    /// The pool answered with an error.
    case refused(String, String)
}
