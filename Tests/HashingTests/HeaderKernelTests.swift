import BlockFormat
import Hashing
import Testing

/// Shares' headers rebuilt by every kernel, against the recipe that makes one at a time, and against OpenSSL.
@Suite struct HeaderKernelTests {
    private static let implementations = HashingImplementation.allCases.filter(\.isSupported)

    private struct Example {
        let previousHash: Hash256
        let bits: UInt32
        let coinbase1: [UInt8]
        let coinbase2: [UInt8]
        let branch: [Hash256]
        let columns: HeaderColumns

        init(_ generator: inout SeededGenerator, shareCount: Int) {
            previousHash = .sha256(of: generator.bytes(8))
            bits = .random(in: .min ... .max, using: &generator)
            coinbase1 = generator.bytes(.random(in: 0...200, using: &generator))
            coinbase2 = generator.bytes(.random(in: 0...200, using: &generator))
            branch = (0..<Int.random(in: 0...14, using: &generator)).map { _ in .sha256(of: generator.bytes(8)) }
            var columns = HeaderColumns(capacity: shareCount)
            for _ in 0..<shareCount {
                func word() -> UInt32 { .random(in: .min ... .max, using: &generator) }
                columns.append(extranonce1: word(), extranonce2: word(), version: word(), time: word(), nonce: word())
            }
            self.columns = columns
        }

        var kernel: HeaderKernel {
            HeaderKernel(
                previousHash: previousHash,
                bits: bits,
                coinbase1: coinbase1,
                coinbase2: coinbase2,
                merkleBranch: branch
            )
        }

        /// The same one by one.
        var expected: [[UInt8]] {
            let recipe = HeaderRecipe(
                version: 0,
                previousHash: previousHash,
                bits: bits,
                coinbase1: coinbase1,
                coinbase2: coinbase2,
                merkleBranch: branch
            )
            return (0..<columns.count).map { share in
                recipe.header(
                    version: columns.versions[share],
                    merkleRoot: recipe.merkleRoot(
                        extranonce1: columns.extranonce1s[share],
                        extranonce2: columns.extranonce2s[share]
                    ),
                    time: columns.times[share],
                    nonce: columns.nonces[share]
                )
            }
        }
    }

    @Test("each kernel gives the recipe's headers, in batches of every size", arguments: implementations)
    func agreement(implementation: HashingImplementation) {
        var generator = SeededGenerator(seed: 7)
        for shareCount in Array(0...35) + [100, 257] {
            let example = Example(&generator, shareCount: shareCount)
            let made = example.kernel.headers(example.columns, using: implementation)
            let expected = example.expected
            #expect(made.headers == expected.flatMap { $0 }, "\(shareCount) shares")
            #expect(made.hashes.map(\.bytes) == expected.map(OpenSSL.sha256d), "\(shareCount) shares")
            #expect(example.kernel.headers(example.columns) == made)
        }
    }

    @Test("the extranonces may stand anywhere in a coinbase of any length", arguments: implementations)
    func coinbaseLengths(implementation: HashingImplementation) {
        var generator = SeededGenerator(seed: 8)
        var columns = HeaderColumns(capacity: 3)
        for number in UInt32(1)...3 {
            columns.append(extranonce1: number, extranonce2: ~number, version: 1, time: 2, nonce: 3)
        }
        for length in 0..<130 {
            let (first, second) = (generator.bytes(length), generator.bytes((length * 7) % 130))
            let kernel = HeaderKernel(
                previousHash: .zero,
                bits: 0,
                coinbase1: first,
                coinbase2: second,
                merkleBranch: []
            )
            let made = kernel.headers(columns, using: implementation)
            for share in 0..<3 {
                let number = UInt32(share + 1)
                let extranonces = [number, ~number].flatMap { word in
                    (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) }
                }
                let root = OpenSSL.sha256d(first + extranonces + second)
                #expect(Array(made.header(share)[36..<68]) == root, "\(length) bytes before the extranonces")
            }
        }
    }

    @Test("a job's own headers are judged by the kernel of its recipe")
    func recipe() {
        var generator = SeededGenerator(seed: 9)
        let example = Example(&generator, shareCount: 20)
        let recipe = HeaderRecipe(
            version: 9,
            previousHash: example.previousHash,
            bits: example.bits,
            coinbase1: example.coinbase1,
            coinbase2: example.coinbase2,
            merkleBranch: example.branch
        )
        #expect(recipe.kernel.headers(example.columns).headers == example.expected.flatMap { $0 })
    }
}
