import BlockFormat
import Hashing
import JSON
import MiningDomain

/// What `GET /getblock` answers.
extension PoolJob {
    /// - Throws: Which field is wrong; `.unsupported` for extranonces that are not of four bytes each.
    init(_ page: PageReader) throws(PageError) {
        let id = try page.text("job_id")
        let height = try page.number32("height")
        guard let algorithm = ProofAlgorithm(rawValue: try page.text("algorithm")) else {
            throw .unsupported("this miner does not know the proof hash that the pool names")
        }
        guard try page.number("extranonce1_size") == 4, try page.number("extranonce2_size") == 4 else {
            throw .unsupported("this miner works with extranonces of four bytes")
        }
        guard let previousHash = Hash256(displayHex: try page.text("previous_block_hash")) else {
            throw .field("previous_block_hash")
        }
        let recipe = HeaderRecipe(
            version: try page.number32("version"),
            previousHash: previousHash,
            bits: try page.hexNumber32("bits"),
            coinbase1: try page.bytes("coinbase_1", byteCountMax: Self.coinbaseByteCountMax),
            coinbase2: try page.bytes("coinbase_2", byteCountMax: Self.coinbaseByteCountMax),
            merkleBranch: try Self.branch(page)
        )
        self.init(id: id, height: height, algorithm: algorithm, previousHash: previousHash, recipe: recipe)
    }

    private static func branch(_ page: PageReader) throws(PageError) -> [Hash256] {
        guard let nodes = page.json["merkle_branch"]?.array, nodes.count <= branchCountMax else {
            throw .field("merkle_branch")
        }
        let branch = nodes.compactMap { $0.string.flatMap { Hash256(hex: $0) } }
        guard branch.count == nodes.count else { throw .field("merkle_branch") }
        return branch
    }
}
