import JSON
import Messages
import TestSupport
import Testing

@testable import Gateway

/// What is in the block of a job.
@Suite(.timeLimit(.minutes(1))) struct StratumTransactionsTests {
    private static let many = Array(repeating: [UInt8](repeating: 1, count: 1_000), count: 25)
    private static let outcomes: [(Result<[[UInt8]], RPCError>, JSON?, String)] = [
        (.success([[0xab, 1], [2]]), ["ab01", "02"], ""), (.success([]), [], ""),
        (.success(many), nil, "Too many transactions to list"),
        (.failure(RPCError(.resourceExhausted, "")), nil, "Too many transactions to list"),
        (.failure(.notFound("")), nil, "Job not found"),
        (.failure(.unavailable("")), nil, "The pool cannot record shares at the moment"),
    ]

    @Test(arguments: outcomes)
    func areListedAsFarAsTheyFit(outcome: Result<[[UInt8]], RPCError>, result: JSON?, refusal: String) async throws {
        try await StratumFixture.run { pool in
            let (miner, job) = try await pool.member()
            pool.pool.update { $0.transactions = outcome }
            let answer = try await miner.call("mining.get_transactions", [JSON(job.id)])
            if let result {
                #expect(answer["result"] == result)
            } else {
                #expect(answer["error"]?.array?[1].string == refusal)
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
