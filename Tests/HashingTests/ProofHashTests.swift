import Hashing
import Testing

@Suite struct ProofHashTests {
    @Test func genesisBlocksHaveTheHashesTheirChainsName() {
        #expect(Hash256.sha256d(of: Genesis.bitcoin).displayHex == Genesis.bitcoinHash)
        #expect(ProofAlgorithm.sha256d.hash(header: Genesis.bitcoin).displayHex == Genesis.bitcoinHash)
        #expect(Hash256.sha256d(of: Genesis.litecoin).displayHex == Genesis.litecoinHash)
        #expect(ProofAlgorithm.scrypt.hash(header: Genesis.litecoin).displayHex == Genesis.litecoinProofHash)
    }

    @Test(arguments: HashingImplementation.supported(for: .scrypt))
    func scryptAgreesWithOpenSSLInBatchesOfEverySize(implementation: HashingImplementation) {
        var generator = SeededGenerator(seed: 4)
        for count in 0...35 {
            let headers = (0..<count).map { _ in generator.bytes(80) }
            let hashes = ProofAlgorithm.scrypt.hashes(headers: headers, using: implementation)
            #expect(hashes.map(\.bytes) == headers.map(OpenSSL.scrypt), "\(count) headers")
        }
    }

    @Test(arguments: HashingImplementation.supported(for: .sha256d))
    func sha256dAgreesWithOpenSSL(implementation: HashingImplementation) {
        var generator = SeededGenerator(seed: 5)
        let headers = (0..<2_000).map { _ in generator.bytes(80) }
        let hashes = ProofAlgorithm.sha256d.hashes(headers: headers, using: implementation)
        #expect(hashes.map(\.bytes) == headers.map(OpenSSL.sha256d))
    }

    @Test func aBatchIsItsHeadersOneByOne() {
        var generator = SeededGenerator(seed: 6)
        let headers = (0..<9).map { _ in generator.bytes(80) }
        for algorithm in ProofAlgorithm.allCases {
            #expect(algorithm.hashes(headers: headers) == headers.map(algorithm.hash(header:)))
        }
    }

    @Test func thePortableImplementationIsAlwaysThere() {
        for algorithm in ProofAlgorithm.allCases {
            let supported = HashingImplementation.supported(for: algorithm)
            #expect(supported.first == .portable)
            #expect(supported.last == algorithm.fastestImplementation)
        }
    }
}
