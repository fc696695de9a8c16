import BlockFormat
import Hashing
import MiningDomain
import Testing

/// Blocks that this code built from a real node's templates and that the node accepted: every byte must come out again.
@Suite struct TemplateBlockTests {
    @Test(arguments: ["113", "mweb"])
    func theBlockOfATemplateIsTheOneThatTheNodeTook(name: String) throws {
        let network = Network.litecoinRegtest
        let template = try Vectors.template("litecoin-regtest-template-\(name).json", on: network)
        let key = try #require(Address("rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3", on: network))
        let coinbase = try CoinbaseRecipe(
            height: template.height,
            value: template.coinbaseValue,
            rewardScript: key.scriptPublicKey,
            witnessCommitment: template.defaultWitnessCommitment,
            job: try #require(JobID(0x0123_4567_89ab_cdef)),
            tag: Array("/Lode/".utf8)
        )
        let recipe = HeaderRecipe(
            version: template.version,
            previousHash: template.previousHash,
            bits: template.bits,
            coinbase1: coinbase.part1,
            coinbase2: coinbase.part2,
            merkleBranch: template.merkleBranch
        )
        let headers = (0..<1_000).lazy.map { nonce in
            recipe.header(
                extranonce1: 0x0102_0304,
                extranonce2: 0x0506_0708,
                time: template.currentTime,
                nonce: UInt32(nonce)
            )
        }
        let solved = headers.first { template.target.isMet(by: network.algorithm.hash(header: $0)) }
        let header = try #require(solved)
        let block = try #require(
            BlockAssembly.block(
                header: header,
                coinbase: recipe.coinbase(extranonce1: 0x0102_0304, extranonce2: 0x0506_0708),
                transactionCount: template.transactions.count,
                transactions: template.transactionBytes,
                segwit: template.segwit,
                tail: template.tail
            )
        )
        #expect(Hex.string(block) == Hex.string(try Vectors.bytes(named: "litecoin-regtest-accepted-\(name).hex")))
    }
}
