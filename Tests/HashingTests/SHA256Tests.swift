import Hashing
import Testing

@Suite struct SHA256Tests {
    @Test("hashes side by side come back as they were")
    func packed() {
        let hashes = (0..<5).map { Hash256.sha256(of: [$0]) }
        #expect(Hash256.packed(hashes) == hashes.flatMap(\.bytes))
        #expect(Hash256.unpacked(Hash256.packed(hashes)) == hashes)
        #expect(Hash256.unpacked([]) == [])
        #expect(Hash256.unpacked([UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func agreesWithTheExamplesOfFIPS180(message: String, hash: String) {
        #expect(Hash256.sha256(of: Array(message.utf8)).hex == hash)
    }

    @Test func agreesWithOpenSSLAtEveryLengthAcrossBlocks() {
        var generator = SeededGenerator(seed: 1)
        for count in 0...300 {
            let message = generator.bytes(count)
            #expect(Hash256.sha256(of: message).bytes == OpenSSL.sha256(message), "\(count) bytes")
            #expect(Hash256.sha256d(of: message).bytes == OpenSSL.sha256d(message), "\(count) bytes")
        }
    }

    @Test func aMidstateStandsForTheBlocksItTookIn() {
        var generator = SeededGenerator(seed: 2)
        for blocks in 0...4 {
            let prefix = generator.bytes(64 * blocks)
            let midstate = SHA256Midstate(absorbing: prefix)
            for count in [0, 1, 55, 56, 63, 64, 65, 119, 120, 200] {
                let rest = generator.bytes(count)
                #expect(midstate.sha256(finishing: rest).bytes == OpenSSL.sha256(prefix + rest))
                #expect(midstate.sha256d(finishing: rest).bytes == OpenSSL.sha256d(prefix + rest))
            }
        }
    }

    @Test func joiningHashesTheirBytesSideBySide() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<100 {
            let (left, right) = (generator.bytes(32), generator.bytes(32))
            let joined = Hash256.sha256d(joining: try #require(Hash256(left)), try #require(Hash256(right)))
            #expect(joined.bytes == OpenSSL.sha256d(left + right))
        }
    }
}
