import HTTPClient
import Hashing
import JSON
import MiningDomain
import Testing

@testable import Miner

@Suite struct StratumValueTests {
    @Test func difficultiesMeanTheirTargetsToTheLastBit() throws {
        let cases = try #require(StratumVector.all["targets"]?.array)
        #expect(cases.count > 20)
        for item in cases {
            let text = try #require(item["difficulty"]?.string)
            let algorithm = try #require(ProofAlgorithm(rawValue: item["algorithm"]?.string ?? ""))
            let difficulty = try #require(WireDifficulty(JSONNumber(text) ?? JSONNumber(0)), "\(text)")
            #expect(difficulty.target(for: algorithm).hex == item["target"]?.string, "\(algorithm) \(text)")
        }
    }

    @Test("what is no difficulty", arguments: ["0", "-1", "0.0", "1e20", "1e-41", "1.00000000000000000000001"])
    func noDifficulty(text: String) throws {
        #expect(WireDifficulty(try #require(JSONNumber(text))) == nil)
    }

    @Test(
        "addresses of pools",
        arguments: [
            ("stratum+tcp://pool:3333", "stratum+tcp://pool:3333"),
            ("stratum+tls://Pool.example:1/", "stratum+ssl://pool.example:1"),
            ("stratum+ssl://[::1]:65535", "stratum+ssl://[::1]:65535"), ("stratum://pool:3333", nil),
            ("stratum+tcp://pool", nil), ("stratum+tcp://:3333", nil), ("stratum+tcp://pool:0", nil),
            ("stratum+tcp://pool:65536", nil), ("stratum+tcp://pool:+33", nil), ("stratum+tcp://a@b:3333", nil),
            ("stratum+tcp://a/b:3333", nil), ("stratum+tcp://[]:3333", nil),
        ] as [(String, String?)]
    )
    func addresses(text: String, read: String?) {
        #expect(StratumAddress(text).map(\.description) == read)
    }

    @Test(
        "a pool is followed to another host only where its word can be trusted",
        arguments: [
            ("stratum+tcp", .system, nil, 4444, true), ("stratum+tcp", .system, "pool", nil, true),
            ("stratum+tcp", .system, "other", 3333, false), ("stratum+ssl", .system, "other", 3333, true),
            ("stratum+ssl", .authorities(file: "f"), "other", 3333, true),
            ("stratum+ssl", .anyone, "other", 3333, false),
            ("stratum+ssl", .anyone, "pool", 1, true), ("stratum+ssl", .system, "a b", 1, false),
            ("stratum+ssl", .system, "other", 0, false),
        ] as [(String, StratumSettings.Trust, String?, UInt16?, Bool)]
    )
    func redirection(scheme: String, trust: StratumSettings.Trust, host: String?, port: UInt16?, isFollowed: Bool)
        throws
    {
        let address = try #require(StratumAddress("\(scheme)://pool:3333"))
        var route = StratumRoute(
            StratumSettings(address: address, algorithm: .scrypt, trust: trust, userAgent: "lode/test")
        )
        #expect(route.redirect(host: host, port: port) == isFollowed)
        #expect((route.current == address) == (!isFollowed || host == "pool" && port == nil))
        #expect(route.current.isEncrypted == address.isEncrypted)
        // A place that does not answer is left again.
        for _ in 0..<StratumRoute.failureCountMax { route.failed() }
        #expect(route.current == address)
    }

    @Test(
        "what a pool may say about coming again",
        arguments: [
            ("[]", nil, nil, 0), (#"["", 0, 5]"#, nil, 0, 5), (#"["pool", "4444", "7"]"#, "pool", 4_444, 7),
            (#"["pool", 70000, 4000000000]"#, "pool", nil, 300), (#"[5, -1, -1]"#, nil, nil, 0),
        ] as [(String, String?, UInt16?, Int)]
    )
    func reconnects(text: String, host: String?, port: UInt16?, seconds: Int) throws {
        let values = try #require(JSON(parsing: Array(text.utf8)).array)
        let wish = StratumReconnect(StratumParameters(values: values))
        #expect(wish.host == host)
        #expect(wish.port == port)
        #expect(wish.wait == .seconds(seconds))
    }

    @Test(
        "the coin of an address tells the proof hash, where it does",
        arguments: [
            ("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", .scrypt),
            ("rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3", .scrypt),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", .sha256d), ("LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1", .scrypt),
            ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", .sha256d), ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", nil),
            ("somewhere", nil),
        ] as [(String, ProofAlgorithm?)]
    )
    func coins(address: String, algorithm: ProofAlgorithm?) throws {
        #expect(try #require(MinerAccount(address: address)).algorithm == algorithm)
    }

    @Test(
        "a height is where BIP 34 puts it",
        arguments: [
            ("51", 1), ("60", 16), ("0171", 113), ("02b001", 432), ("0340d10c", 840_000), ("0400008000", 8_388_608),
            ("0340d1", nil), ("0380ffff", nil), ("4c", nil), ("", nil),
        ] as [(String, UInt32?)]
    )
    func heights(script: String, height: UInt32?) throws {
        let bytes = try #require(Hex.bytes(script))
        #expect(CoinbaseHeight.read([UInt8](repeating: 0, count: 42) + bytes) == height)
    }
}
