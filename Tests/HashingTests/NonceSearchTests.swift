import Hashing
import Testing

@Suite struct NonceSearchTests {
    private static let cases = ProofAlgorithm.allCases.flatMap { algorithm in
        HashingImplementation.supported(for: algorithm).map { (algorithm, $0) }
    }

    @Test(arguments: cases)
    func findsTheNonceOfAGenesisBlockAmongItsNeighbours(
        algorithm: ProofAlgorithm,
        implementation: HashingImplementation
    ) throws {
        let (header, nonce, bits): ([UInt8], UInt32, String) =
            switch algorithm {
            case .sha256d: (Genesis.bitcoin, 2_083_236_893, "00000000ffff" + String(repeating: "0", count: 52))
            case .scrypt: (Genesis.litecoin, 2_084_524_493, "00000ffff0" + String(repeating: "0", count: 54))
            }
        let search = NonceSearch(
            algorithm,
            header: header,
            target: try #require(Hex.bytes(bits)),
            using: implementation
        )
        for offset in [UInt32(0), 1, 7, 40] {
            let slice = search.slice(from: nonce - offset, count: 60)
            #expect(slice.searchedCount == 60)
            #expect(slice.hits == [NonceSearch.Hit(nonce: nonce, hash: algorithm.hash(header: header))])
        }
    }

    /// Every possible count and start against hashes made one by one, with a target that one hash in four meets.
    @Test(arguments: cases)
    func findsExactlyTheHitsThatAreThere(algorithm: ProofAlgorithm, implementation: HashingImplementation) {
        var generator = SeededGenerator(seed: 7)
        let header = generator.bytes(80)
        let target = [0x40] + generator.bytes(31)
        let search = NonceSearch(algorithm, header: header, target: target, using: implementation)
        for (first, count) in [(0, 1), (5, 2), (9, 15), (100, 16), (1_000, 33), (UInt32.max - 36, 37)]
            as [(UInt32, Int)]
        {
            let nonces = (0..<count).map { first + UInt32($0) }
            let hashes = algorithm.hashes(headers: nonces.map { Self.header(header, nonce: $0) })
            let expected = zip(nonces, hashes).filter { $1.bytes.reversed().lexicographicallyPrecedes(target) }
            let slice = search.slice(from: first, count: UInt64(count))
            #expect(slice.searchedCount == UInt64(count))
            #expect(slice.hits.map(\.nonce) == expected.map(\.0))
            #expect(slice.hits.map(\.hash) == expected.map(\.1))
        }
    }

    @Test(arguments: cases)
    func aHashEqualToTheTargetIsAHitAndOneAboveIsNot(
        algorithm: ProofAlgorithm,
        implementation: HashingImplementation
    ) {
        let header = Self.header(Self.someHeader, nonce: 77)
        let hash = algorithm.hash(header: header)
        let equal = Array(hash.bytes.reversed())
        var below = equal
        below[31] -= 1
        #expect(hash.bytes[0] > 0, "choose another header: the target below would borrow")
        #expect(NonceSearch(algorithm, header: header, target: equal, using: implementation).finds(77))
        #expect(!NonceSearch(algorithm, header: header, target: below, using: implementation).finds(77))
    }

    /// The first `hitCountMax` hits come back, and the search can go on right after the last.
    @Test(arguments: cases)
    func stopsWhenThereIsNoRoomForMoreHits(algorithm: ProofAlgorithm, implementation: HashingImplementation) {
        let search = NonceSearch(
            algorithm,
            header: Self.someHeader,
            target: [UInt8](repeating: 0xff, count: 32),
            using: implementation
        )
        let room = UInt64(NonceSearch.hitCountMax)
        let first = search.slice(from: 3, count: room + 9)
        #expect(first.searchedCount == room)
        #expect(first.hits.map(\.nonce) == (3..<(3 + UInt32(room))).map { $0 })
        let rest = search.slice(from: 3 + UInt32(room), count: 9)
        #expect(rest.hits.map(\.nonce) == (0..<9).map { 3 + UInt32(room) + $0 })
    }

    @Test(arguments: cases)
    func searchesNothingWhenAskedForNothing(algorithm: ProofAlgorithm, implementation: HashingImplementation) {
        let search = NonceSearch(
            algorithm,
            header: Self.someHeader,
            target: [UInt8](repeating: 0xff, count: 32),
            using: implementation
        )
        #expect(search.slice(from: .max, count: 0) == NonceSearch.Slice(hits: [], searchedCount: 0))
    }

    private static let someHeader: [UInt8] = {
        var generator = SeededGenerator(seed: 8)
        return generator.bytes(80)
    }()

    private static func header(_ header: [UInt8], nonce: UInt32) -> [UInt8] {
        header.prefix(76) + (0..<4).map { UInt8(truncatingIfNeeded: nonce >> (8 * $0)) }
    }
}

extension NonceSearch {
    fileprivate func finds(_ nonce: UInt32) -> Bool {
        slice(from: nonce, count: 1).hits.map(\.nonce) == [nonce]
    }
}
