import BlockFormat
import Hashing
import MiningDomain

/// A `mining.notify`: a job as a pool sends it.
struct StratumNotify: Sendable {
    private static let idByteCountMax = 256

    let id: String
    let job: PoolJob
    /// Seconds since 1970.
    let time: UInt32
    /// What a hash must meet to be a block; `nil` when the header's bits mean none.
    let blockTarget: Target?
    /// Work on earlier jobs is of no use any more.
    let isClean: Bool

    init(_ parameters: StratumParameters, algorithm: ProofAlgorithm) throws(PageError) {
        id = try parameters.text(0, "job_id")
        guard (1...Self.idByteCountMax).contains(id.utf8.count) else { throw .field("job_id") }
        let previousHash = try Self.previousHash(parameters)
        let coinbase1 = try parameters.bytes(2, "coinb1", byteCountMax: PoolJob.coinbaseByteCountMax)
        let bits = try parameters.hexNumber32(6, "nbits")
        time = try parameters.hexNumber32(7, "ntime")
        isClean = try parameters.bool(8, "clean_jobs")
        blockTarget = Target(bits: bits)
        job = PoolJob(
            id: id,
            height: CoinbaseHeight.read(coinbase1),
            algorithm: algorithm,
            previousHash: previousHash,
            recipe: HeaderRecipe(
                version: try parameters.hexNumber32(5, "version"),
                previousHash: previousHash,
                bits: bits,
                coinbase1: coinbase1,
                coinbase2: try parameters.bytes(3, "coinb2", byteCountMax: PoolJob.coinbaseByteCountMax),
                merkleBranch: try parameters.hashes(4, "merkle_branch", countMax: PoolJob.branchCountMax)
            )
        )
    }

    /// Comes with the bytes of each four-byte word turned round.
    private static func previousHash(_ parameters: StratumParameters) throws(PageError) -> Hash256 {
        let bytes = try parameters.bytes(1, "prevhash", byteCountMax: Hash256.byteCount)
        guard bytes.count == Hash256.byteCount, let hash = Hash256(bytes.indices.map({ bytes[$0 ^ 3] })) else {
            throw .field("prevhash")
        }
        return hash
    }
}
