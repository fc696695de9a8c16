import Hashing
import Messages
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import PayoutService

@Suite struct RecordingTests {
    @Test func aProofCountsOnceAndTheFirstSubmissionHasIt() async throws {
        let fixture = try await LedgerFixture()
        let client = Example.client(0)
        let other = try await fixture.successor()
        let request = RecordSharesRequest(shares: [Example.share(1, of: client), Example.share(2, of: client)])
        #expect(try await fixture.calls.outcomes(of: request) == [.recorded, .recorded])
        // The same submission again, to this replica and to another: nothing new, and no duplicate either.
        #expect(try await fixture.calls.outcomes(of: request) == [.recorded, .recorded])
        #expect(try await other.calls.outcomes(of: request) == [.recorded, .recorded])
        // Another submission with one old proof, one new and one twice.
        let second = RecordSharesRequest(shares: [
            Example.share(2, of: Example.client(1), submission: 2),
            Example.share(3, of: Example.client(1), submission: 2),
            Example.share(3, of: Example.client(1), submission: 3),
        ])
        #expect(try await other.calls.outcomes(of: second) == [.duplicate, .recorded, .duplicate])
        #expect(try await fixture.statement(0).accepted == 2)
        #expect(try await fixture.statement(1).accepted == 1)
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == 3)
    }

    @Test func replicasRacingWithOneProofRecordItOnce() async throws {
        let fixtures = [try await LedgerFixture()]
        let replicas = [fixtures[0], try await fixtures[0].successor()]
        let outcomes = try await withThrowingTaskGroup(of: [ShareOutcome].self) { group in
            for submission in 1...16 {
                let replica = replicas[submission % 2]
                let order = submission.isMultiple(of: 3) ? Array(0..<20) : (0..<20).reversed()
                group.addTask {
                    let shares = order.map {
                        Example.share($0, of: Example.client($0 % 3), submission: UInt64(submission))
                    }
                    return try await replica.calls.outcomes(of: RecordSharesRequest(shares: shares))
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes.count { $0 == .recorded } == 20)
        #expect(outcomes.count { $0 == .duplicate } == 300)
        #expect(try await replicas[0].calls.getPool(GetPoolRequest()).shares == 20)
    }

    @Test func requestsOfOneMomentShareACommit() async throws {
        let fixture = try await LedgerFixture()
        let count = 200
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    let share = Example.share(number, of: Example.client(number % 5), submission: UInt64(number))
                    let outcomes = try await fixture.calls.outcomes(of: RecordSharesRequest(shares: [share]))
                    #expect(outcomes == [.recorded])
                }
            }
            try await group.waitForAll()
        }
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == UInt64(count))
        let commits = fixture.surroundings.metrics.counter("lode_ledger_commits_total", help: "").current
        #expect(commits < count / 2)
    }

    @Test func statisticsFollowWorkersBeforeAndAfterTheRollUp() async throws {
        let fixture = try await LedgerFixture()
        let first = Example.client(0, worker: "rig1")
        let second = Example.client(0, worker: "rig2")
        let shares = [
            Example.share(1, of: first, work: .max), Example.share(2, of: first, work: 5),
            Example.share(3, of: second, work: 7), Example.share(4, of: Example.client(1), work: 9),
        ]
        let refused = [
            RefusedShares(client: first, stale: 2, other: 3), RefusedShares(client: first, stale: 1, other: 0),
            RefusedShares(client: second, stale: 0, other: 4),
        ]
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: shares, refused: refused))
        for _ in 0..<2 {
            let rig = try await fixture.statement(0, worker: "rig1")
            #expect((rig.accepted, rig.stale, rig.rejected) == (2, 3, 3))
            #expect(rig.recentWork == .max)
            let rig2 = try await fixture.statement(0, worker: "rig2")
            #expect((rig2.accepted, rig2.stale, rig2.rejected, rig2.recentWork) == (1, 0, 4, 7))
            let all = try await fixture.statement(0)
            #expect((all.accepted, all.stale, all.rejected) == (3, 3, 7))
            #expect(try await fixture.statement(0, worker: "none").accepted == 0)
            #expect(try await fixture.statement(1).recentWork == 9)
            #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == 4)
            #expect(try await !fixture.rollup.rollUp(atLeast: 1))
        }
        fixture.clock.advance(by: .seconds(11 * 60))
        #expect(try await fixture.statement(1).recentWork == 0)
        #expect(try await fixture.statement(1).accepted == 1)
    }

    @Test func strangersHaveNothing() async throws {
        let fixture = try await LedgerFixture()
        #expect(try await fixture.statement(9) == MinerStatement())
    }

    private static let malformed: [(String, RecordSharesRequest)] = {
        let good = Example.share(1, of: Example.client(0))
        func changed(_ change: (inout AcceptedShare) -> Void) -> RecordSharesRequest {
            var share = good
            change(&share)
            return RecordSharesRequest(shares: [good, share])
        }
        func spoiled(_ change: (inout RecordSharesRequest) -> Void) -> RecordSharesRequest {
            var request = RecordSharesRequest(shares: [good, Example.share(2, of: Example.client(0))])
            change(&request)
            return request
        }
        return [
            ("short hash", changed { $0.proofHash = [1] }),
            ("no work", changed { $0.work = 0 }),
            ("no client", spoiled { $0.clients = [] }),
            ("a client's place", spoiled { $0.clientPlaces[1] = 1 }),
            ("no address", changed { $0.client.address = "" }),
            ("another network", changed { $0.client.address = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9" }),
            ("not canonical", changed { $0.client.address = Example.addresses[0].uppercased() }),
            ("bad worker", changed { $0.client.worker = "a b" }),
            ("no worker", changed { $0.client.worker = "" }),
            ("short id", changed { $0.client.clientID = [1, 2] }),
            ("no job", spoiled { $0.jobIDs.removeLast() }),
            ("a job too many", spoiled { $0.jobIDs.append(1) }),
            ("no submission", spoiled { $0.submissionIDs.removeLast() }),
            ("no time", spoiled { $0.judgedAtMs.removeLast() }),
            ("no place", spoiled { $0.clientPlaces.removeLast() }),
            ("works of others", spoiled { $0.works.append(1) }),
            ("a hash too many", spoiled { $0.proofHashes += Example.hash(9).bytes }),
            ("refused without client", RecordSharesRequest(shares: [good], refused: [RefusedShares(stale: 1)])),
            ("too many", RecordSharesRequest(shares: [AcceptedShare](repeating: good, count: 10_001))),
        ]
    }()

    @Test func malformedRequestsAreRefusedWhole() async throws {
        let fixture = try await LedgerFixture()
        for (title, request) in Self.malformed {
            let error = await #expect(throws: RPCError.self, "\(title)") {
                try await fixture.calls.recordShares(request)
            }
            #expect(error?.code == .invalidArgument, "\(title)")
        }
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == 0)
    }

    @Test func aRequestOfOneMomentWithABadClientRefusesNoNeighbour() async throws {
        let fixture = try await LedgerFixture()
        var stranger = Example.client(0)
        stranger.address = "nobody"
        let bad = RecordSharesRequest(shares: [Example.share(1, of: stranger)])
        let good = RecordSharesRequest(shares: [Example.share(2, of: Example.client(1))])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    guard number.isMultiple(of: 2) else {
                        let outcomes = try await fixture.calls.outcomes(of: good)
                        #expect(outcomes == [.recorded])
                        return
                    }
                    await #expect(throws: RPCError.self) { try await fixture.calls.recordShares(bad) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == 1)
    }

    @Test func aRestartOfTheDatabaseLosesNothing() async throws {
        let server = try await PrivatePostgres()
        let conninfo = try await server.freshDatabase()
        let fixture = try await LedgerFixture(conninfo, clock: ManualClock())
        let count = 60
        let outcomes = try await withThrowingTaskGroup(of: Int.self) { group in
            // The clock of the tests stands still: move it whenever the recorder waits to try again.
            let ticking = Task {
                while !Task.isCancelled {
                    fixture.clock.advance(by: .milliseconds(100))
                    await Task.yield()
                }
            }
            for number in 0..<count {
                group.addTask {
                    let request = RecordSharesRequest(
                        shares: [Example.share(number, of: Example.client(0), submission: UInt64(number))]
                    )
                    while true {
                        do {
                            let outcomes = try await fixture.calls.outcomes(of: request)
                            return outcomes.count { $0 == .recorded }
                        } catch let error as RPCError where error.isRetryable {}
                    }
                }
            }
            try await server.stop(crashing: true)
            try await server.start()
            let recorded = try await group.reduce(0, +)
            ticking.cancel()
            return recorded
        }
        #expect(outcomes == count)
        #expect(try await fixture.calls.getPool(GetPoolRequest()).shares == UInt64(count))
    }
}
