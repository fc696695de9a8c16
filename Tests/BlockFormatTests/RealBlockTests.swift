import BlockFormat
import Hashing
import MiningDomain
import Testing

/// Real blocks of Bitcoin's and Litecoin's networks, each of which proves itself by its hash.
@Suite struct RealBlockTests {
    @Test func headersHaveTheirHashAndComeBack() throws {
        for block in try Vectors.blocks() {
            let header = try #require(BlockHeader(block.header))
            #expect(header.identifier == block.hash, "\(block.network) \(block.height)")
            #expect(header.bytes == block.header)
            let target = try #require(Target(bits: header.bits))
            #expect(target.isMet(by: block.network.algorithm.hash(header: block.header)))
        }
    }

    @Test func genesisBlocksAreThoseOfTheNetworks() throws {
        let genesis = try Vectors.blocks().filter { $0.height == 0 }
        #expect(Set(genesis.map(\.network)) == Set(Network.all))
        for block in genesis { #expect(block.network.genesisHash == block.hash) }
    }

    @Test func branchesLeadFromTheCoinbaseToTheRoot() throws {
        for block in try Vectors.blocks() {
            let branch = MerkleBranch.branch(of: block.transactions.map(\.identifier))
            let root = MerkleBranch.root(Hash256.sha256d(of: block.coinbase), branch)
            #expect(root == BlockHeader(block.header)?.merkleRoot, "\(block.network) \(block.height)")
        }
    }

    @Test func assembledBlocksAreTheNodesOwn() throws {
        let blocks = try Vectors.blocks()
        for block in blocks {
            let assembled = BlockAssembly.block(
                header: block.header,
                coinbase: block.coinbase,
                transactionCount: block.transactions.count,
                transactions: block.transactions.flatMap(\.bytes),
                segwit: block.segwit,
                tail: block.tail
            )
            #expect(assembled == block.bytes, "\(block.network) \(block.height)")
        }
        #expect(blocks.contains { !$0.tail.isEmpty } && blocks.contains { $0.segwit && $0.tail.isEmpty })
    }

    /// Any coinbase cut anywhere: the recipe puts the two numbers between the halves, high byte first.
    @Test(arguments: [0, 10, 41, 55, 56, 57, 63, 64, 65, 70]) func recipesRebuildHeaders(cut: Int) throws {
        for block in try Vectors.blocks() {
            let header = try #require(BlockHeader(block.header))
            let number = { (range: Range<Int>) in block.coinbase[range].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
            let recipe = HeaderRecipe(
                version: header.version,
                previousHash: header.previousHash,
                bits: header.bits,
                coinbase1: Array(block.coinbase[..<cut]),
                coinbase2: Array(block.coinbase[(cut + 8)...]),
                merkleBranch: MerkleBranch.branch(of: block.transactions.map(\.identifier))
            )
            let extranonce1 = number(cut..<cut + 4)
            let extranonce2 = number(cut + 4..<cut + 8)
            let rebuilt = recipe.header(
                extranonce1: extranonce1,
                extranonce2: extranonce2,
                time: header.time,
                nonce: header.nonce
            )
            #expect(rebuilt == block.header)
            #expect(recipe.coinbase(extranonce1: extranonce1, extranonce2: extranonce2) == block.coinbase)
        }
    }

    /// Headers that are known by their hash or their proof without the rest of their blocks; the first two are Bitcoin's blocks
    /// 100,000 and 125,552, the others Litecoin's, from the scrypt tests of Litecoin Core.
    @Test(arguments: [
        (
            "0100000050120119172a610421a6c3011dd330d9df07b63616c2cc1f1cd00200000000006657a9252aacd5c0b2940996ecff952228c3067c"
                + "c38d4885efb5a4ac4247e9f337221b4d4c86041b0f2b5710",
            ProofAlgorithm.sha256d, "000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506"
        ),
        (
            "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d750423db8b1eb942ae710e951e"
                + "d797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695",
            .sha256d, "00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d"
        ),
        (
            "020000004c1271c211717198227392b029a64a7971931d351b387bb80db027f270411e398a07046f7d4a08dd815412a8712f874a7ebf0507"
                + "e3878bd24e20a3b73fd750a667d2f451eac7471b00de6659",
            .scrypt, "00000000002bef4107f882f6115e0b01f348d21195dacd3582aa2dabd7985806"
        ),
        (
            "010000007824bc3a8a1b4628485eee3024abd8626721f7f870f8ad4d2f33a27155167f6a4009d1285049603888fe85a84b6c803a53305a8d"
                + "497965a5e896e1a00568359589faf551eac7471b0065434e",
            .scrypt, "00000000003007005891cd4923031e99d8e8d72f6e8e7edc6a86181897e105fe"
        ),
    ])
    func headersMeetTheirBits(hex: String, algorithm: ProofAlgorithm, proof: String) throws {
        let bytes = try #require(Hex.bytes(hex))
        let header = try #require(BlockHeader(bytes))
        let hash = algorithm.hash(header: header.bytes)
        #expect(hash.displayHex == proof)
        let target = try #require(Target(bits: header.bits))
        #expect(target.isMet(by: hash))
    }

    /// Block 100,000's four transactions.
    @Test func fourTransactions() throws {
        let identifiers = try [
            "8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
            "fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
            "6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
            "e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d",
        ].map { try #require(Hash256(displayHex: $0)) }
        let branch = MerkleBranch.branch(of: Array(identifiers.dropFirst()))
        #expect(branch.count == 2)
        let root = MerkleBranch.root(identifiers[0], branch)
        #expect(root.displayHex == "f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766")
    }

    /// Against the plain way: the whole tree, level by level.
    @Test(arguments: 1...70) func branchesOfAnyCount(count: Int) {
        let identifiers = (0..<count).map { Hash256(words: (UInt64($0), 1, 2, 3)) }
        var level = identifiers
        while level.count > 1 {
            if !level.count.isMultiple(of: 2) { level.append(level[level.count - 1]) }
            level = stride(from: 0, to: level.count, by: 2).map {
                Hash256.sha256d(of: level[$0].bytes + level[$0 + 1].bytes)
            }
        }
        #expect(MerkleBranch.root(identifiers[0], MerkleBranch.branch(of: Array(identifiers.dropFirst()))) == level[0])
    }

    @Test(arguments: [0, 79, 81]) func otherLengthsAreNoHeader(byteCount: Int) {
        #expect(BlockHeader([UInt8](repeating: 0, count: byteCount)) == nil)
        let block = BlockAssembly.block(
            header: [UInt8](repeating: 0, count: byteCount),
            coinbase: [UInt8](repeating: 0, count: 100),
            transactionCount: 0,
            transactions: [],
            segwit: false,
            tail: []
        )
        #expect(block == nil)
    }
}
