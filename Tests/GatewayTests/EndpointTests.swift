import Gateway
import HTTPClient
import JSON
import Messages
import Testing

/// Each endpoint, as the page describes it.
@Suite struct EndpointTests {
    @Test func theJobIsShownAsThePageSays() async throws {
        try await GatewayFixture.run { gateway in
            try await gateway.settleJob()
            let expected: JSON = [
                "job_id": "0000000000000001", "height": 123, "algorithm": "scrypt", "version": 536_870_912,
                "previous_block_hash": "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100",
                "bits": "207fffff", "curtime": 1_790_000_000, "mintime": 1_789_990_000, "coinbase_1": "0102",
                "coinbase_2": "03ff", "extranonce1_size": 4, "extranonce2_size": 4,
                "merkle_branch": [JSON(String(repeating: "ab", count: 32))],
                "network_target": JSON("7fffff" + String(repeating: "00", count: 29)),
            ]
            #expect(try await gateway.json("GET", "/getblock") == expected)
            #expect(try await gateway.json("GET", "/getblock?job_id=0000000000000001") == expected)
            gateway.pool.update { $0.oldJobs[9] = FakePool.job(9) }
            #expect(try await gateway.json("GET", "/getblock?job_id=0000000000000009")["job_id"] == "0000000000000009")
            let head = try await gateway.send("HEAD", "/getblock")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
        }
    }

    @Test func aClientGetsAnIdOfItsOwnForItsKeyOrAddress() async throws {
        try await GatewayFixture.run { gateway in
            let address = "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3"
            let byKey = try await gateway.json(
                "POST",
                "/newclient",
                ["public_key": JSON(GatewayFixture.key), "worker": "rig-1.a_b"],
                status: 201
            )
            #expect(byKey["address"]?.string == address)
            #expect(byKey["worker"] == "rig-1.a_b")
            let upper = GatewayFixture.key.uppercased()
            let again = try await gateway.json("POST", "/newclient", ["public_key": JSON(upper)], status: 201)
            #expect(again["address"]?.string == address)
            #expect(again["worker"] == "default")
            #expect(again["id"] != byKey["id"])
            let byAddress = try await gateway.json(
                "POST",
                "/newclient",
                ["address": JSON(address.uppercased()), "unknown": [1, 2]],
                status: 201
            )
            #expect(byAddress["address"]?.string == address)
            // Whichever of the two a client names later: it is the same account.
            let me: JSON = ["address": JSON(address), "id": byKey["id"] ?? nil]
            _ = try await gateway.json("POST", "/getbin", me)
            let leases = gateway.pool.read { $0.leases }
            #expect(leases.map(\.client?.address) == [address])
            #expect(leases.map(\.client?.worker) == ["rig-1.a_b"])
            #expect(leases.first?.client?.clientID.count == 16)
        }
    }

    @Test func aBinIsShownAsThePageSays() async throws {
        try await GatewayFixture.run { gateway in
            let me = try await gateway.join()
            let bin = try await gateway.json("POST", "/getbin", me.with(["hashrate": .number(JSONNumber("1234.9")!)]))
            let expected: JSON = [
                "bin": JSON(GatewayFixture.bin), "job_id": "0000000000000001", "extranonce1": "01020304",
                "extranonce2_start": 0, "extranonce2_count": 1, "nonce_start": 0, "nonce_count": 100_000,
                "time": 1_790_000_000, "share_target": JSON("00ff" + String(repeating: "00", count: 30)),
                "size": 100_000,
                "expires_at": 1_790_000_060,
            ]
            #expect(bin == expected)
            #expect(gateway.pool.read { $0.leases.last?.hashrate } == 1_234)
            gateway.pool.update { $0.nextOffer = FakePool.offer(start: 7 << 32 | 500, count: 1_000) }
            let small = try await gateway.json("POST", "/getbin", me.with(["hashrate": nil]))
            #expect(small["extranonce2_start"] == 7)
            #expect(small["nonce_start"] == 500)
            #expect(small["nonce_count"] == 1_000)
            gateway.pool.update { $0.nextOffer = FakePool.offer(start: 8 << 32, count: 3 << 32) }
            let large = try await gateway.json("POST", "/getbin", me)
            #expect(large["extranonce2_start"] == 8)
            #expect(large["extranonce2_count"] == 3)
            #expect(large["nonce_count"] == 4_294_967_296)
            #expect(large["size"] == 12_884_901_888)
            gateway.pool.update { $0.nextOffer = FakePool.offer(start: 9 << 32, count: 1 << 32) }
            let whole = try await gateway.json("POST", "/getbin", me)
            #expect(whole["extranonce2_count"] == 1)
            #expect(whole["nonce_count"] == 4_294_967_296)
        }
    }

    @Test func proofsAreJudgedEachForItself() async throws {
        try await GatewayFixture.run { gateway in
            gateway.pool.update { state in
                state.statuses = [
                    2: .lowDifficulty, 3: .duplicate, 4: .outsideBin, 5: .stale, 6: .expired, 7: .hashMismatch,
                ]
                state.solvingNonces = [1, 5]
                state.reportReply = ReportBinReply(nextBin: FakePool.offer(start: 500, count: 50), currentJobID: 2)
            }
            let me = try await gateway.join()
            let hash = String(repeating: "0a", count: 32)
            let hashes =
                (1...7).map { ["extranonce2": 3, "nonce": JSON($0)] as JSON }
                + [["extranonce2": 4, "nonce": 8, "hash": JSON(hash)]]
            let answer = try await gateway.json(
                "POST",
                "/reduce_diff_hash",
                me.with(["bin": JSON(GatewayFixture.bin), "hashes": .array(hashes), "done": true])
            )
            let results = try #require(answer["results"]?.array)
            let reasons = ["low_difficulty", "duplicate", "outside_bin", "stale", "expired", "hash_mismatch"]
            #expect(results.count == 8)
            #expect(results[0] == ["nonce": 1, "extranonce2": 3, "status": "accepted", "block": true])
            #expect(results[1...6].map { $0["reason"]?.string } == reasons)
            #expect(results[1...6].allSatisfy { $0["status"] == "rejected" })
            #expect(results[4]["block"] == true)
            #expect(results[7] == ["nonce": 8, "extranonce2": 4, "status": "accepted", "block": false])
            #expect(answer["next_bin"]?["nonce_start"] == 500)
            #expect(answer["current_job_id"] == "0000000000000002")

            let (batch, report) = gateway.pool.read { ($0.batches[0], $0.reports[0]) }
            #expect(batch.submissions[0].signedLease == FakePool.lease)
            #expect(
                batch.submissions[0].proofs[7]
                    == Proof(extranonce2: 4, nonce: 8, claimedHash: [UInt8](repeating: 10, count: 32))
            )
            #expect(report.done)
            #expect(report.hits == 2)
            #expect(report.furthest == 4 << 32 | 8)
            #expect(report.client == batch.submissions[0].client)
        }
    }

    @Test func aReportNeedsNoProofs() async throws {
        try await GatewayFixture.run { gateway in
            let me = try await gateway.join()
            let answer = try await gateway.json(
                "POST",
                "/reduce_difficulty_hash",
                me.with(["bin": JSON(GatewayFixture.bin), "hashes": [], "done": true])
            )
            #expect(answer == ["results": [], "next_bin": nil, "current_job_id": "0000000000000001"])
            #expect(gateway.pool.read { $0.batches.isEmpty })
            #expect(gateway.pool.read { $0.reports.map(\.hits) } == [0])
        }
    }

    @Test func thePoolIsShownAsThePageSays() async throws {
        try await GatewayFixture.run { gateway in
            gateway.pool.update { state in
                state.blocks = [
                    BlockEntry(
                        height: 12,
                        hash: Array(0..<32),
                        state: .accepted,
                        proofRoot: [UInt8](repeating: 0xab, count: 32)
                    ),
                    BlockEntry(height: 11, hash: [UInt8](repeating: 1, count: 32), state: .orphaned),
                ]
            }
            try await gateway.settleJob()
            try await gateway.settle { try await gateway.json("GET", "/status")["previous_blocks"]?.array?.count == 2 }
            let expected: JSON = [
                "job_id": "0000000000000001", "height": 123,
                "previous_blocks": [
                    [
                        "height": 12, "hash": "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100",
                        "state": "ACCEPTED", "proof_root": JSON(String(repeating: "ab", count: 32)),
                    ],
                    [
                        "height": 11, "hash": JSON(String(repeating: "01", count: 32)), "state": "ORPHANED",
                        "proof_root": nil,
                    ],
                ],
                "pool": ["hashrate": 99, "clients": 3, "workers": 2],
                "network": ["difficulty": .number(JSONNumber("0.000030517116")!)],
            ]
            try await gateway.settle { try await gateway.json("GET", "/status")["pool"]?["hashrate"] == 99 }
            #expect(try await gateway.json("GET", "/status") == expected)
        }
    }

    @Test(arguments: ["/mystatus", "/my_status"]) func aMinerSeesItsWorkAndItsMoney(path: String) async throws {
        try await GatewayFixture.run { gateway in
            gateway.pool.update { state in
                state.statement = MinerStatement(
                    accepted: 5,
                    rejected: 4,
                    stale: 3,
                    immature: 2_100_000_000_000_000,
                    confirmed: 20,
                    paid: 30,
                    payouts: [PayoutEntry(txid: "ab", amount: 7, state: "confirmed", createdAtMs: 1_790_000_000_999)],
                    debt: 40
                )
            }
            let me = try await gateway.join()
            let expected: JSON = [
                "address": "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3", "worker": "rig1", "hashrate": 12_345,
                "bin_size": 60_000, "shares": ["accepted": 5, "rejected": 4, "stale": 3],
                "balance": ["immature": 2_100_000_000_000_000, "confirmed": 20, "paid": 30, "debt": 40],
                "payouts": [["txid": "ab", "amount": 7, "state": "confirmed", "time": 1_790_000_000]],
            ]
            #expect(try await gateway.json("POST", path, me) == expected)
            let asked = gateway.pool.read { $0.minerRequests }
            #expect(asked == [GetMinerRequest(address: "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3", worker: "rig1")])
        }
    }

    @Test func aStrangerIsShownTheWay() async throws {
        try await GatewayFixture.run { gateway in
            let page = try await gateway.json("GET", "/")
            #expect(page["network"] == "litecoin-regtest")
            #expect(page["interface"]?.object?.keys.contains("POST /getbin") == true)
        }
    }
}
