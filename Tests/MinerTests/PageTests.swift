import Hashing
import JSON
import MiningDomain
import Testing

@testable import Miner

@Suite struct PageTests {
    @Test func readsAJobAndIgnoresFieldsItDoesNotKnow() throws {
        let job = try PoolJob(PageReader(Vector.load().job))
        #expect(job.id == "0000a1b2c3d4e5f6")
        #expect(job.height == 432)
        #expect(job.algorithm == .scrypt)
        #expect(job.previousHash.displayHex == (try Vector.load().job["previous_block_hash"]?.string))
    }

    @Test func readsABin() throws {
        let bin = try PoolBin(PageReader(Vector.load().bin))
        #expect(bin.space.token == "bGVhc2U")
        #expect(bin.space.extranonce1 == [1, 0, 0, 0x2a])
        #expect(bin.space.size == 592)
        #expect(bin.space.shareTarget.hex.hasPrefix("00ffff00"))
    }

    @Test(
        "a job with a field that is missing or malformed is refused by that field's name",
        arguments: [
            ("job_id", nil), ("height", "12"), ("height", -1), ("version", 4_294_967_296), ("bits", "207fffff00"),
            ("previous_block_hash", "00"), ("coinbase_1", "0g"), ("coinbase_2", "123"), ("merkle_branch", ["00"]),
            ("merkle_branch", nil),
        ] as [(String, JSON?)]
    )
    func refusesAMalformedJob(field: String, value: JSON?) throws {
        let page = PageReader(try Vector.load().job.with(field, value))
        #expect(throws: PageError.field(field)) { try PoolJob(page) }
    }

    @Test func refusesAJobItCannotWorkOn() throws {
        let job = try Vector.load().job
        #expect(throws: PageError.self) { try PoolJob(PageReader(job.with("algorithm", "randomx"))) }
        #expect(throws: PageError.self) { try PoolJob(PageReader(job.with("extranonce2_size", 8))) }
        let tooLong = JSON.array(Array(repeating: .string(String(repeating: "00", count: 32)), count: 33))
        #expect(throws: PageError.field("merkle_branch")) {
            try PoolJob(PageReader(job.with("merkle_branch", tooLong)))
        }
    }

    @Test(
        "a bin may not be empty, nor reach past 2^32 on either side",
        arguments: [
            ("nonce_count", 0), ("nonce_count", 297), ("nonce_start", 4_294_967_001), ("extranonce2_count", 0),
            ("extranonce2_count", 4_294_967_290), ("extranonce2_count", JSON(UInt64.max)),
            ("extranonce1", "01"), ("extranonce1", "010000002a"), ("share_target", "ffff"), ("time", 4_294_967_296),
        ] as [(String, JSON)]
    )
    func refusesAMalformedBin(field: String, value: JSON) throws {
        let page = PageReader(try Vector.load().bin.with(field, value))
        #expect(throws: PageError.self) { try PoolBin(page) }
    }

    @Test func readsTheLargestBinThereIs() throws {
        let bin = try Vector.load().bin.with("nonce_start", 0).with("nonce_count", 4_294_967_296)
            .with("extranonce2_start", 0).with("extranonce2_count", 4_294_967_295)
        #expect(try PoolBin(PageReader(bin)).space.size == 4_294_967_296 * 4_294_967_295)
        // 2^64 positions do not fit: nobody will search them.
        #expect(throws: PageError.self) {
            try PoolBin(PageReader(bin.with("extranonce2_count", 4_294_967_296)))
        }
    }

    @Test func readsWhatBecameOfAReport() throws {
        let text = """
            {"results":[{"nonce":77,"extranonce2":1,"status":"accepted","block":true},
             {"nonce":78,"extranonce2":1,"status":"rejected","reason":"stale"}],"next_bin":null,"current_job_id":"ff"}
            """
        let answer = try ReportAnswer(PageReader(parsing: Array(text.utf8)))
        #expect(
            answer.results == [
                .init(extranonce2: 1, nonce: 77, verdict: .accepted(solvedBlock: true)),
                .init(extranonce2: 1, nonce: 78, verdict: .rejected(reason: "stale")),
            ]
        )
        #expect(answer.nextBin == nil)
        #expect(answer.currentJobID == "ff")
        let withBin = JSON.object(JSONObject()).with("results", []).with("next_bin", try Vector.load().bin)
        #expect(try ReportAnswer(PageReader(withBin)).nextBin?.space.token == "bGVhc2U")
    }

    @Test func readsTheBalance() throws {
        let text = #"{"address":"x","balance":{"immature":5000000000,"confirmed":1,"paid":18446744073709551615}}"#
        let balance = try Balance(PageReader(parsing: Array(text.utf8)))
        #expect(balance.immature.units == 5_000_000_000)
        #expect(balance.paid.units == .max)
        #expect(balance.debt == .zero)
        let owing = #"{"balance":{"immature":0,"confirmed":0,"paid":9,"debt":9}}"#
        #expect(try Balance(PageReader(parsing: Array(owing.utf8))).debt.units == 9)
        #expect(throws: PageError.field("debt")) {
            try Balance(PageReader(parsing: Array(owing.replacing("9}", with: "-9}").utf8)))
        }
        #expect(throws: PageError.field("confirmed")) {
            try Balance(PageReader(parsing: Array(#"{"balance":{"immature":0,"confirmed":-1,"paid":0}}"#.utf8)))
        }
    }

    @Test(
        arguments: [
            ("02" + String(repeating: "ab", count: 32), true), ("03" + String(repeating: "AB", count: 32), true),
            ("04" + String(repeating: "ab", count: 32), false), ("02", false), ("", false),
            ("02" + String(repeating: "xy", count: 32), false),
        ]
    )
    func aPublicKeyIsThirtyThreeBytesOfACompressedKey(text: String, isOne: Bool) {
        #expect((MinerAccount(publicKey: text) != nil) == isOne)
    }
}
