import BlockFormat
import Gateway
import JSON
import Messages
import MiningDomain
import TestSupport
import Testing

/// What becomes of a share.
@Suite(.timeLimit(.minutes(1))) struct StratumShareTests {
    private static let away = "20 The pool cannot record shares at the moment"

    @Test(
        arguments: StratumFixture.Door.allCases.flatMap { door in
            [
                (ShareStatus.lowDifficulty, "23 Low difficulty share"), (.duplicate, "22 Duplicate share"),
                (.outsideBin, "21 Job not found"), (.stale, "21 Stale share"), (.expired, "21 Stale share"),
                (.hashMismatch, "23 Low difficulty share"), (.timeOutOfRange, "20 Time out of range"),
                (.versionNotAllowed, "20 Version bits outside the mask"), (.unauthorized, "24 Unauthorized worker"),
                (.unspecified, away),
            ].map { (door, $0.0, $0.1) }
        }
    )
    func everyVerdictHasItsAnswer(door: StratumFixture.Door, status: ShareStatus, refusal: String) async throws {
        try await StratumFixture.run(door) { pool in
            let (miner, job) = try await pool.member()
            pool.pool.update { $0.sessions.statuses = [2: status] }
            #expect(try await miner.call("mining.submit", job.share(1))["result"] == true)
            #expect(try await miner.refusal("mining.submit", job.share(2)) == refusal)
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func aShareArrivesAsItWasFound(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door) { pool in
            let (miner, job) = try await pool.member()
            let share: JSON = [JSON(StratumFixture.worker), JSON(job.id), "DEADBEEF", "6ab13b85", "0000c0de"]
            #expect(try await miner.call("mining.submit", share)["result"] == true)
            let call = try #require(pool.pool.read { $0.sessions.calls.first })
            #expect(
                call.leases == [Array("session \(try #require(UInt32(job.extranonce1, radix: 16))) 4000000000000".utf8)]
            )
            #expect(call.targets == [try Self.target("16")])
            #expect(call.jobIDs == [1] && call.extranonce2s == [0xdead_beef] && call.times == [0x6ab1_3b85])
            #expect(call.nonces == [0xc0de] && call.versions == [0x2000_0000] && call.presumed == [0])
            #expect(call.leasePlaces == [0] && call.clientPlaces == [1] && call.targetPlaces == [0])
        }
    }

    @Test(
        arguments: StratumFixture.Door.allCases,
        [
            (nil, nil, 0x2000_0000, 0), (nil, "00000000", 0x2000_0000, 0), (nil, "00002000", 0x2000_2000, 9),
            ("1fffe000", nil, 0x2000_0000, 0), ("1fffe000", "00002000", 0x2000_2000, 0),
            ("1fffe000", "1fffe000", 0x3fff_e000, 0), ("1fffe000", "20002000", 0x2000_2000, 9),
            ("1fffe000", "00000020", 0x2000_0020, 9), ("0000e000", "00012000", 0x2001_2000, 9),
        ] as [(mask: String?, bits: String?, version: UInt32, presumed: UInt32)]
    )
    func versionBitsAreTakenWithinTheMask(
        door: StratumFixture.Door,
        rolled: (mask: String?, bits: String?, version: UInt32, presumed: UInt32)
    ) async throws {
        let (mask, bits, version, presumed) = rolled
        try await StratumFixture.run(door) { pool in
            let (miner, job) = try await pool.member()
            pool.pool.update { $0.sessions.solvingNonces = [1] }
            if let mask {
                try await miner.call("mining.configure", [["version-rolling"], ["version-rolling.mask": JSON(mask)]])
            }
            var share = try #require(job.share(1).array)
            share.append(bits.map { JSON($0) } ?? nil)
            let answer = try await miner.call("mining.submit", .array(share))
            #expect(answer["result"]?.bool == (presumed == 0 ? true : nil))
            // It may solve a block all the same: by the header that the miner hashed, whatever it was granted.
            #expect(pool.figure("lode_stratum_blocks_total") == 1)
            let call = try #require(pool.pool.read { $0.sessions.calls.first })
            #expect(call.versions == [version] && call.presumed == [presumed])
        }
    }

    @Test func aShareOfNobodyMaySolveABlock() async throws {
        try await StratumFixture.run { pool in
            try await pool.settleJob()
            let miner = try pool.connect()
            try await miner.call("mining.subscribe", ["test/1"])
            let job = WireJob(try await miner.notice("mining.notify"))
            pool.pool.update { $0.sessions.solvingNonces = [1] }
            #expect(try await miner.refusal("mining.submit", job.share(1)) == "24 Unauthorized worker")
            let call = try #require(pool.pool.read { $0.sessions.calls.first })
            #expect(call.clientPlaces == [0] && call.presumed == [ShareStatus.unauthorized.rawValue])
            #expect(pool.figure("lode_stratum_blocks_total") == 1)
        }
    }

    private static let malformed: [(JSON, String)] = [
        ([], "20 Malformed request"), (["w", "000000000000000100", "00000000", "6ab13b80"], "20 Malformed request"),
        ([1, "000000000000000100", "00000000", "6ab13b80", "00000000"], "20 Malformed request"),
        (["w", "000000000000000100", "00000000", "6ab13b80", 7], "20 Malformed request"),
        (["w", "000000000000000100", "00000000", "6ab13b80", "0x000000"], "20 Malformed request"),
        (["w", "000000000000000100", "00000000", "6ab13b80", "7"], "20 Malformed request"),
        (["w", "000000000000000100", "00000000", "6ab13b8", "00000000"], "20 Malformed request"),
        (["w", "000000000000000100", "00000000", "6ab13b80", "00000000", "zz"], "20 Malformed request"),
        (["w", "000000000000000100", "", "6ab13b80", "00000000"], "20 Wrong length of extranonce2"),
        (["w", "000000000000000100", "000000", "6ab13b80", "00000000"], "20 Wrong length of extranonce2"),
        (["w", "000000000000000100", "0000000000", "6ab13b80", "00000000"], "20 Wrong length of extranonce2"),
        (["w", "000000000000000200", "00000000", "6ab13b80", "00000000"], "21 Job not found"),
        (["w", "1", "00000000", "6ab13b80", "00000000"], "21 Job not found"),
        (["w", "", "00000000", "6ab13b80", "00000000"], "21 Job not found"),
    ]

    @Test(arguments: StratumFixture.Door.allCases, malformed)
    func aShareThatNobodyCouldJudgeIsRefusedHere(door: StratumFixture.Door, refused: (JSON, String)) async throws {
        try await StratumFixture.run(door) { pool in
            let (miner, _) = try await pool.member()
            #expect(try await miner.refusal("mining.submit", refused.0) == refused.1)
            #expect(pool.pool.read { $0.sessions.calls.isEmpty })
        }
    }

    @Test func aCallThatFailsIsRepeatedWithTheSameSubmissions() async throws {
        try await StratumFixture.run { pool in
            let (miner, job) = try await pool.member()
            pool.pool.update { $0.sessions.failures = [.unavailable("away"), .deadlineExceeded("slow")] }
            #expect(try await miner.call("mining.submit", job.share(1))["result"] == true)
            let calls = pool.pool.read { $0.sessions.calls }
            #expect(calls.count == 3 && Set(calls.map(\.submissionIDs)).count == 1)
            try await miner.call("mining.submit", job.share(2))
            #expect(pool.pool.read { $0.sessions.calls[3].submissionIDs } != calls[0].submissionIDs)
        }
    }

    @Test func whatNobodyCanRecordIsHeldAgainstNobody() async throws {
        try await StratumFixture.run { pool in
            let (miner, job) = try await pool.member()
            let refused = 60
            pool.pool.update { state in
                state.sessions.failures = Array(repeating: .internal("broken"), count: refused)
            }
            for nonce in 0..<UInt32(refused) {
                #expect(try await miner.refusal("mining.submit", job.share(nonce)) == Self.away)
            }
            #expect(try await miner.call("mining.submit", job.share(99))["result"] == true)
            #expect(pool.figure("lode_stratum_unjudged_total") == refused)
            #expect(pool.gateway.bans.all.isEmpty)
        }
    }

    @Test func aSlowShareServiceHoldsUpNothingElse() async throws {
        try await StratumFixture.run { pool in
            let (miner, job) = try await pool.member()
            let (other, otherJob) = try await pool.member()
            let gate = Gate()
            pool.pool.update { $0.sessions.gate = gate }
            for nonce in 0..<100 {
                let share = String(decoding: job.share(UInt32(nonce)).encoded(), as: UTF8.self)
                miner.send("{\"id\":\(1_000 + nonce),\"method\":\"mining.submit\",\"params\":\(share)}")
            }
            let late = String(decoding: otherJob.share(7).encoded(), as: UTF8.self)
            other.send("{\"id\":1000,\"method\":\"mining.submit\",\"params\":\(late)}")
            #expect(try await other.call("mining.ping")["result"] == "pong")
            #expect(try await miner.call("mining.ping")["result"] == "pong")
            pool.pool.update { $0.sessions.gate = nil }
            gate.open()
            for nonce in 0..<100 { #expect(try await miner.answer(to: UInt64(1_000 + nonce))["result"] == true) }
            #expect(try await other.answer(to: 1_000)["result"] == true)
            let ids = pool.pool.read { $0.sessions.calls.flatMap(\.submissionIDs) }
            #expect(ids.count == 101 && Set(ids).count == 101)
        }
    }

    @Test func aShareIsJudgedAtTheDifficultyOfItsJobAsSent() async throws {
        try await StratumFixture.run(clock: ManualClock()) { pool in
            let (miner, first) = try await pool.member()
            try await miner.call("mining.suggest_difficulty", [1_024])
            #expect(try await miner.notice("mining.set_difficulty") == [1_024])
            let second = WireJob(try await miner.notice("mining.notify"), ["result": [nil, JSON(first.extranonce1)]])
            #expect(!second.isClean && second.id != first.id && second.time == "6ab13c16")
            let worker = JSON(StratumFixture.worker)
            // The header decides, whichever name the share carries.
            let shares: [(id: String, time: String, difficulty: String)] = [
                (first.id, first.time, "16"), (second.id, second.time, "1024"), (first.id, second.time, "1024"),
                (second.id, first.time, "16"), (first.id, "6ab13b7f", "16"), (second.id, "6ab14000", "1024"),
            ]
            for share in shares {
                let params: JSON = [worker, JSON(share.id), "00000000", JSON(share.time), "00000001"]
                #expect(try await miner.call("mining.submit", params)["result"] == true)
                let call = try #require(pool.pool.read { $0.sessions.calls.last })
                #expect(call.targets == [try Self.target(share.difficulty)], "\(share)")
            }
        }
    }

    static func target(_ difficulty: String) throws -> [UInt8] {
        let one = Network.litecoinRegtest.differenceOne
        return Target(difficulty: try #require(Difficulty(difficulty)), differenceOne: one).bigEndianBytes
    }
}
