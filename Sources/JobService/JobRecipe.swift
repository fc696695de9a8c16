import BlockFormat
import Hashing
import Messages
import MiningDomain

/// Turns a node's template into a job.
struct JobRecipe: Sendable {
    /// The easiest share that is of any use: three hashes of four, so that a regtest chain, where every other hash is a
    /// block, has shares that are none.
    static let shareTargetEasiest = Target(UInt256.max.subtracting(.max >> 2))

    let network: Network
    let tag: [UInt8]
    let shareDifficulty: Difficulty
    let rewardScript: [UInt8]

    /// - Throws: What keeps the template from becoming a valid block.
    func template(
        _ template: BlockTemplate,
        id: JobID,
        isClean: Bool,
        nowMs: UInt64
    ) throws(CoinbaseError) -> Template {
        let coinbase = try CoinbaseRecipe(
            height: template.height,
            value: template.coinbaseValue,
            rewardScript: rewardScript,
            witnessCommitment: template.defaultWitnessCommitment,
            job: id,
            tag: tag,
            flags: template.coinbaseFlags
        )
        let job = Job(
            jobID: id.value,
            algorithm: network.algorithm.rawValue,
            height: template.height,
            version: template.version,
            previousHash: template.previousHash.bytes,
            bits: template.bits,
            currentTime: template.currentTime,
            minimumTime: template.minimumTime,
            coinbase1: coinbase.part1,
            coinbase2: coinbase.part2,
            extranonce1Size: UInt32(CoinbaseRecipe.extranonce1ByteCount),
            extranonce2Size: UInt32(CoinbaseRecipe.extranonce2ByteCount),
            merkleBranch: template.merkleBranch.map(\.bytes),
            networkTarget: template.target.bigEndianBytes,
            shareTarget: shareTarget(template.target).bigEndianBytes,
            reward: template.coinbaseValue.units,
            createdAtMs: nowMs,
            clean: isClean
        )
        return Template(
            job: job,
            transactionCount: UInt32(template.transactions.count),
            transactions: template.transactionBytes,
            tail: template.tail,
            segwit: template.segwit,
            transactionSizes: template.transactions.map { UInt32($0.bytes.count) }
        )
    }

    /// As configured, but never so easy that every hash counts, and never harder than a block: blocks would be lost.
    ///
    /// Where the network's own target stays at its easiest for ever, shares may be harder.
    func shareTarget(_ networkTarget: Target) -> Target {
        let wanted = Target(difficulty: shareDifficulty, differenceOne: network.differenceOne)
        let floor = network.isRetargeting ? max(wanted.value, networkTarget.value) : wanted.value
        return Target(min(floor, Self.shareTargetEasiest.value))
    }
}
