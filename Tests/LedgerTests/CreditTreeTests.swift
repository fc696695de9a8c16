import Foundation
import Hashing
import JSON
import Ledger
import MiningDomain
import Testing

@Suite struct CreditTreeTests {
    @Test func treesAreThoseThatThePageDescribes() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/credit-trees.json")
        let trees = try #require(try JSON(parsing: Array(try Data(contentsOf: file))).array)
        #expect(trees.count == 10)
        for vector in trees {
            let tree = try Self.tree(vector)
            for json in try #require(vector["proofs"]?.array) {
                let account = json["leaf"]?["address"]?.string.flatMap { AccountName($0) }
                let proof = try #require(tree.proof(of: account))
                let height = try #require(json["height"]?.uint32)
                let fee = try #require(tree.proof(of: nil))
                #expect(ProofDocument(proof: proof, fee: fee, height: height, scheme: "pplns").json == json)
                let read = try ProofDocument(parsing: json.encoded())
                #expect(read.proof == proof)
                #expect(read.fee == fee)
                try read.check()
            }
        }
    }

    private static func tree(_ vector: JSON) throws -> CreditTree {
        let entries = try #require(vector["entries"]?.array).map { entry in
            let entry = try #require(entry.array)
            return BlockCredits.Entry(
                account: try #require(entry[0].string.flatMap { AccountName($0) }),
                work: Work(hashes: try #require(entry[1].number.flatMap { UInt128($0.description) })),
                amount: Amount(units: try #require(entry[2].uint64))
            )
        }
        let credits = BlockCredits(fee: Amount(units: try #require(vector["fee"]?.uint64)), entries: entries)
        let seed = try #require(vector["seed"]?.string.flatMap { Hex.bytes($0) })
        let block = try #require(vector["proofs"]?.array?.first?["block"]?.string.flatMap { Hash256(displayHex: $0) })
        return try CreditTree(block: block, leaves: credits.leaves(seed: seed))
    }

    @Test(arguments: UInt64(1)...20)
    func everyLeafOfEveryTreeIsProvedAndEverythingAddsUp(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...200, using: &random)
        var window: [AccountName: Work] = [:]
        for number in 0..<count {
            window[try #require(AccountName("miner\(number)"))] = Work(hashes: .random(in: 0...1 << 90, using: &random))
        }
        let reward = Amount(units: .random(in: 0...1_000_000_000, using: &random))
        let rate = try #require(FeeRate(millionths: .random(in: 0...1_000_000, using: &random)))
        let split = RewardSplit(reward: reward, rate: rate, window: window, finder: AccountName("finder"))
        let credits = BlockCredits(split, window: window)
        let block = Hash256.sha256(of: [UInt8(seed)])
        let leaves = credits.leaves(seed: [UInt8](repeating: UInt8(seed), count: 32))
        let tree = try CreditTree(block: block, leaves: leaves)
        #expect(tree.top.amount == reward)
        #expect(tree.top.work.hashes == window.values.reduce(0) { $0 + $1.hashes })
        #expect(Set(leaves.map(\.salt)).count == leaves.count)
        for leaf in leaves {
            let proof = try #require(tree.proof(of: leaf.account))
            #expect(proof.leaf == leaf)
            let fee = try #require(tree.proof(of: nil))
            let document = ProofDocument(proof: proof, fee: fee, height: 1, scheme: nil)
            try document.check(against: .init(block: block, account: leaf.account, root: tree.root))
        }
        #expect(tree.proof(of: AccountName("nobody")) == nil)
    }

    @Test func aHundredThousandAccountsTakeAMoment() throws {
        let entries = try (0..<100_000).map { number in
            BlockCredits.Entry(
                account: try #require(AccountName("account\(number)")),
                work: Work(hashes: UInt128(number)),
                amount: Amount(units: 1)
            )
        }
        let credits = BlockCredits(fee: .zero, entries: entries)
        let tree = try CreditTree(block: .zero, leaves: credits.leaves(seed: [UInt8](repeating: 1, count: 32)))
        let proof = try #require(tree.proof(of: AccountName("account77777")))
        #expect(proof.path.count == 17)
        try proof.check()
    }

    @Test func sumsThatDoNotFitMakeNoTree() throws {
        let accounts = try ["a", "b"].map { try #require(AccountName($0)) }
        for (work, amount) in [(UInt128.max, UInt64(1)), (1, .max)] {
            let entries = accounts.map {
                BlockCredits.Entry(account: $0, work: Work(hashes: work), amount: Amount(units: amount))
            }
            let leaves = BlockCredits(fee: .zero, entries: entries).leaves(seed: [UInt8](repeating: 1, count: 32))
            #expect(throws: ProofRefusal.sumOverflow) { try CreditTree(block: .zero, leaves: leaves) }
        }
    }
}
