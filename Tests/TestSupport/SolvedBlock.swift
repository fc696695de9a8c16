package import BlockFormat
package import Hashing
package import MiningDomain

/// A block made from a template and solved by trying, which is quick on a regtest chain.
package struct SolvedBlock: Sendable {
    package let header: [UInt8]
    /// Whole, without witness.
    package let coinbase: [UInt8]
    /// As `submitblock` takes it.
    package let bytes: [UInt8]

    package var hash: Hash256 { Hash256.sha256d(of: header) }

    /// Tries nonces until the header meets the template's target.
    ///
    /// Two blocks with different `job` numbers have different coinbases, and so different hashes.
    package init(
        _ template: BlockTemplate,
        on network: Network,
        rewardScript: [UInt8],
        job: JobID,
        tag: String = "test"
    ) throws {
        let recipe = try CoinbaseRecipe(
            height: template.height,
            value: template.coinbaseValue,
            rewardScript: rewardScript,
            witnessCommitment: template.defaultWitnessCommitment,
            job: job,
            tag: Array(tag.utf8),
            flags: template.coinbaseFlags
        )
        let headers = HeaderRecipe(
            version: template.version,
            previousHash: template.previousHash,
            bits: template.bits,
            coinbase1: recipe.part1,
            coinbase2: recipe.part2,
            merkleBranch: template.merkleBranch
        )
        header = try Self.search(headers, template, network)
        coinbase = headers.coinbase(extranonce1: 0, extranonce2: 0)
        let block = BlockAssembly.block(
            header: header,
            coinbase: coinbase,
            transactionCount: template.transactions.count,
            transactions: template.transactionBytes,
            segwit: template.segwit,
            tail: template.tail
        )
        guard let block else { throw RegtestError.didNotHappen("the block's assembly") }
        bytes = block
    }

    private static func search(
        _ headers: HeaderRecipe,
        _ template: BlockTemplate,
        _ network: Network
    ) throws -> [UInt8] {
        for nonce in UInt32.zero..<1_000_000 {
            let header = headers.header(extranonce1: 0, extranonce2: 0, time: template.currentTime, nonce: nonce)
            if template.target.isMet(by: network.algorithm.hash(header: header)) { return header }
        }
        throw RegtestError.didNotHappen("a solution: this is no regtest chain")
    }
}
