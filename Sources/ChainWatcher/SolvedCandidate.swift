import BlockFormat
import Hashing
import Messages
import MiningDomain

/// A candidate checked and put together: the whole block's bytes.
struct SolvedCandidate: Sendable {
    /// More than any job's coinbase has.
    static let coinbaseByteCountMax = 100_000

    let candidate: Candidate
    /// As `submitblock` takes it.
    let block: [UInt8]

    init(candidate: Candidate, block: [UInt8]) {
        self.candidate = candidate
        self.block = block
    }

    /// - Throws: `.invalidArgument` for what could not become a block whatever a node said: it is no solution of this
    ///   job, so it costs an attacker as much as a block to get past here.
    init(_ message: BlockCandidate, _ template: Template, on network: Network) throws(RPCError) {
        guard let job = template.job, job.jobID == message.jobID else {
            throw .internal("the template belongs to another job")
        }
        guard let header = BlockHeader(message.header) else { throw .invalidArgument("header is not 80 bytes") }
        guard message.coinbase.count <= Self.coinbaseByteCountMax else {
            throw .invalidArgument("coinbase is longer than \(Self.coinbaseByteCountMax) bytes")
        }
        guard header.previousHash.bytes == job.previousHash, header.bits == job.bits else {
            throw .invalidArgument("header belongs to another job")
        }
        let branch = job.merkleBranch.compactMap { Hash256($0) }
        guard MerkleBranch.root(Hash256.sha256d(of: message.coinbase), branch) == header.merkleRoot else {
            throw .invalidArgument("coinbase is not the one that header commits to")
        }
        guard let reward = CoinbaseValue.total(of: message.coinbase) else {
            throw .invalidArgument("coinbase is no transaction")
        }
        guard let target = Target(bits: header.bits),
            target.isMet(by: network.algorithm.hash(header: message.header))
        else { throw .invalidArgument("header does not meet the network's target") }
        let block = BlockAssembly.block(
            header: message.header,
            coinbase: message.coinbase,
            transactionCount: Int(template.transactionCount),
            transactions: template.transactions,
            segwit: template.segwit,
            tail: template.tail
        )
        guard let block else { throw .invalidArgument("coinbase is no transaction") }
        self.block = block
        candidate = Candidate(
            hash: header.identifier,
            height: job.height,
            jobID: job.jobID,
            finder: message.finder,
            reward: reward.units,  // not what the template promised: only this is on the chain
            networkTarget: target.bigEndianBytes,
            foundAtMs: message.foundAtMs
        )
    }
}
