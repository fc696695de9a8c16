import BlockFormat
import Hashing
import MiningDomain
import Testing

@Suite struct CoinbaseRecipeTests {
    private static let script: [UInt8] = [0x00, 0x14] + [UInt8](repeating: 7, count: 20)

    private static func recipe(
        height: UInt32 = 840_000,
        commitment: [UInt8]? = nil,
        job: UInt64 = 5,
        tag: [UInt8] = Array("/Lode/".utf8),
        flags: [UInt8] = []
    ) throws -> CoinbaseRecipe {
        try CoinbaseRecipe(
            height: height,
            value: Amount(units: 625_000_000),
            rewardScript: script,
            witnessCommitment: commitment,
            job: try #require(JobID(job)),
            tag: tag,
            flags: flags
        )
    }

    /// The signature script of a coinbase: what follows its length at offset 41.
    private static func scriptStart(_ recipe: CoinbaseRecipe) -> [UInt8] {
        Array(recipe.part1.dropFirst(42))
    }

    /// As Bitcoin Core's `CScript() << height` pushes it, which BIP 34 compares with.
    @Test(
        arguments: [
            (1, "51"), (2, "52"), (16, "60"), (17, "0111"), (127, "017f"), (128, "028000"), (255, "02ff00"),
            (256, "020001"), (16_512, "028040"), (32_767, "02ff7f"), (32_768, "03008000"), (65_535, "03ffff00"),
            (65_536, "03000001"), (227_931, "035b7a03"), (840_000, "0340d10c"), (2_113_664, "03804020"),
            (8_388_607, "03ffff7f"), (8_388_608, "0400008000"), (.max, "05ffffffff00"),
        ] as [(UInt32, String)]
    )
    func heightComesFirst(height: UInt32, push: String) throws {
        let script = Self.scriptStart(try Self.recipe(height: height))
        #expect(Hex.string(script).hasPrefix(push + "08" + "0000000000000005"))
    }

    @Test func everyByteOfAWholeCoinbase() throws {
        let commitment = try #require(Hex.bytes("6a24aa21a9ed" + String(repeating: "ab", count: 32)))
        let recipe = try Self.recipe(commitment: commitment, job: 0x0102_0304_0506_0708)
        let expected = [
            "02000000", "01", String(repeating: "00", count: 32), "ffffffff",
            "1d", "0340d10c", "08" + "0102030405060708", "08" + "a1b2c3d4" + "00000009", "06" + "2f4c6f64652f",
            "ffffffff", "02",
            "40be402500000000", "16" + "0014" + String(repeating: "07", count: 20),
            "0000000000000000", "26" + "6a24aa21a9ed" + String(repeating: "ab", count: 32),
            "00000000",
        ]
        let transaction = recipe.transaction(extranonce1: 0xa1b2_c3d4, extranonce2: 9)
        #expect(Hex.string(transaction) == expected.joined())
        let whole = try #require(CoinbaseWitness.adding(to: transaction))
        let body = expected.dropFirst().dropLast().joined()
        let witness = "0120" + String(repeating: "00", count: 32)
        #expect(Hex.string(whole) == "02000000" + "0001" + body + witness + "00000000")
    }

    @Test func withoutSegwitThereIsOneOutput() throws {
        let recipe = try Self.recipe(tag: [])
        #expect(
            Hex.string(recipe.part2) == "ffffffff" + "01" + "40be402500000000" + "16" + Hex.string(Self.script)
                + "00000000"
        )
    }

    /// Two jobs differ in the coinbase even when all else is the same, so that their search spaces do not meet.
    @Test func jobsDiffer() throws {
        #expect(try Self.recipe(job: 1).part1 != Self.recipe(job: 2).part1)
    }

    @Test(arguments: [0, 1, 64]) func tagsUpToTheBound(byteCount: Int) throws {
        let recipe = try Self.recipe(height: .max, tag: [UInt8](repeating: 65, count: byteCount))
        #expect(CoinbaseRecipe.scriptByteCountRange.contains(Int(recipe.part1[41])))
    }

    @Test func whatConsensusForbidsIsRefused() throws {
        #expect(throws: CoinbaseError.tagTooLong) { try Self.recipe(tag: [UInt8](repeating: 65, count: 65)) }
        #expect(throws: CoinbaseError.scriptTooLong(101)) {
            try Self.recipe(tag: [UInt8](repeating: 65, count: 64), flags: [UInt8](repeating: 0, count: 14))
        }
        #expect(throws: CoinbaseError.noRewardScript) {
            try CoinbaseRecipe(
                height: 1,
                value: .zero,
                rewardScript: [],
                witnessCommitment: nil,
                job: try #require(JobID(1)),
                tag: []
            )
        }
        #expect(CoinbaseWitness.adding(to: [UInt8](repeating: 0, count: 8)) == nil)
    }

    /// Counts of transactions on both sides of each length of their number.
    @Test(arguments: [
        (0, "01"), (251, "fc"), (252, "fdfd00"), (65_534, "fdffff"), (65_535, "fe00000100"),
    ])
    func blocksCountTheirTransactions(count: Int, number: String) throws {
        let header = [UInt8](repeating: 1, count: 80)
        let coinbase = try Self.recipe().transaction(extranonce1: 0, extranonce2: 0)
        let block = try #require(
            BlockAssembly.block(
                header: header,
                coinbase: coinbase,
                transactionCount: count,
                transactions: [9],
                segwit: false,
                tail: BlockAssembly.tail(extensionBlock: [5, 6])
            )
        )
        #expect(Hex.string(block) == Hex.string(header) + number + Hex.string(coinbase) + "09" + "010506")
        #expect(BlockAssembly.tail(extensionBlock: nil).isEmpty)
    }
}
