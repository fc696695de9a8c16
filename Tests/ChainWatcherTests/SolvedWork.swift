import BlockFormat
import Hashing
import Messages
import MiningDomain
import TestSupport

/// A solved block as the services pass it on: the job's template, and the candidate.
struct SolvedWork {
    let template: Messages.Template
    let candidate: BlockCandidate
    let block: SolvedBlock

    var hash: Hash256 { block.hash }

    init(_ template: BlockTemplate, on network: Network, rewardScript: [UInt8], jobID: UInt64) throws {
        guard let job = JobID(jobID) else { throw RegtestError.didNotHappen("a job's id") }
        block = try SolvedBlock(template, on: network, rewardScript: rewardScript, job: job)
        self.template = Messages.Template(
            job: Job(
                jobID: jobID,
                algorithm: network.algorithm.rawValue,
                height: template.height,
                version: template.version,
                previousHash: template.previousHash.bytes,
                bits: template.bits,
                merkleBranch: template.merkleBranch.map(\.bytes),
                networkTarget: template.target.bigEndianBytes,
                reward: template.coinbaseValue.units
            ),
            transactionCount: UInt32(template.transactions.count),
            transactions: template.transactionBytes,
            tail: template.tail,
            segwit: template.segwit
        )
        candidate = BlockCandidate(
            jobID: jobID,
            header: block.header,
            coinbase: block.coinbase,
            finder: Client(address: "rltc1qtest", worker: "rig", clientID: Array(repeating: 1, count: 16)),
            foundAtMs: 1_790_000_000_123
        )
    }

    /// One on a chain that no node knows.
    init(height: UInt32, jobID: UInt64) throws {
        let template = try BlockTemplate(
            version: 0x2000_0000,
            previousHash: .random(),
            height: height,
            bits: 0x207f_ffff,
            currentTime: 1_790_000_000,
            minimumTime: 1_789_990_000,
            coinbaseValue: Amount(units: 5_000_000_000),
            transactions: [BlockTemplate.Transaction(bytes: [1, 2, 3], identifier: .random())],
            defaultWitnessCommitment: [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed] + Array(repeating: 7, count: 32),
            on: .litecoinRegtest
        )
        try self.init(template, on: .litecoinRegtest, rewardScript: [0x51], jobID: jobID)
    }
}
