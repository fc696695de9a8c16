import JSON
import Messages
import TestSupport
import Testing

@testable import Gateway

/// What is in the block of a job.
@Suite(.timeLimit(.minutes(1))) struct StratumTransactionsTests {
    /// As large as a block may be, and one byte more.
    private static let most = Array(repeating: [UInt8](repeating: 1, count: 1 << 20), count: 4)
    private static let many = most + [[2]]
    private static let outcomes: [(Result<[[UInt8]], RPCError>, JSON?, String)] = [
        (.success([[0xab, 1], [2]]), ["ab01", "02"], ""), (.success([]), [], ""),
        (.success(most), .array(most.map { JSON(String(repeating: "01", count: $0.count)) }), ""),
        (.success(many), nil, "Too many transactions to list"),
        (.failure(RPCError(.resourceExhausted, "")), nil, "Too many transactions to list"),
        (.failure(.notFound("")), nil, "Job not found"),
        (.failure(.unavailable("")), nil, "The transactions cannot be listed at the moment"),
    ]

    @Test(arguments: StratumFixture.Door.allCases, outcomes)
    func areListedAsFarAsTheyFit(
        door: StratumFixture.Door,
        outcome: (transactions: Result<[[UInt8]], RPCError>, result: JSON?, refusal: String)
    ) async throws {
        try await StratumFixture.run(door) { pool in
            let (miner, job) = try await pool.member()
            pool.pool.update { $0.transactions = outcome.transactions }
            let answer = try await miner.call("mining.get_transactions", [JSON(job.id)])
            if let result = outcome.result {
                #expect(answer["result"] == result)
            } else {
                #expect(answer["error"]?.array?[1].string == outcome.refusal)
            }
            #expect(pool.pool.read { $0.transactionRequests } == [1])
        }
    }

    @Test func areForMembersOnceInTenSeconds() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, job) = try await pool.member()
            pool.pool.update { $0.transactions = .success([]) }
            let stranger = try pool.connect()
            #expect(try await stranger.refusal("mining.get_transactions", [JSON(job.id)]) == "24 Unauthorized worker")
            for bad in [[], ["x"], ["00000000000000ff00"], [7]] as [JSON] {
                let refusal = try await miner.refusal("mining.get_transactions", bad)
                #expect(refusal == "21 Job not found" || refusal == "20 Malformed request", "\(bad)")
            }
            #expect(try await miner.call("mining.get_transactions", [JSON(job.id)])["result"] == [])
            #expect(try await miner.refusal("mining.get_transactions", [JSON(job.id)]) == "20 Too many requests")
            clock.advance(by: .seconds(10))
            #expect(try await miner.call("mining.get_transactions", [JSON(job.id)])["result"] == [])
        }
    }
}
