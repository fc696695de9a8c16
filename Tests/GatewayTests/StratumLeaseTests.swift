import JSON
import Messages
import ServiceRuntime
import TestSupport
import Testing

@testable import Gateway

/// Search space that is lent lives on as long as its miner.
@Suite(.timeLimit(.minutes(1))) struct StratumLeaseTests {
    private let clock = ManualClock()
    private let services = FakePool()

    /// A pool whose leases end in eleven hours: soon enough to be renewed.
    init() {
        let endMs = clock.unixMilliseconds + 11 * 3_600_000
        services.update { $0.sessions.leaseEndMs = endMs }
    }

    private func lease(_ job: WireJob, until endMs: UInt64) throws -> [UInt8] {
        Array("session \(try #require(UInt32(job.extranonce1, radix: 16))) \(endMs)".utf8)
    }

    /// Returns when the pool has been asked to renew, and the miner's shares show what came of it.
    private func renewed(_ pool: StratumFixture) async throws {
        clock.advance(by: .seconds(61))
        try await Patience.wait(for: "a renewal") { pool.pool.read { !$0.sessions.renewals.isEmpty } }
    }

    @Test func aLeaseThatEndsSoonIsRenewed() async throws {
        try await StratumFixture.run(.plain, services, clock: clock) { pool in
            let (miner, job) = try await pool.member()
            services.update { $0.sessions.leaseEndMs = 4_000_000_000_000 }
            try await renewed(pool)
            let want = try lease(job, until: 4_000_000_000_000)
            try await Patience.wait(for: "the new lease to hold") {
                try await miner.call("mining.submit", job.share(1))["result"] == true
                    && pool.pool.read { $0.sessions.calls.last?.leases } == [want]
            }
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func whoseLeaseIsNotRenewedGetsAnotherFromTheNextJobOn(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door, services, clock: clock) { pool in
            let (miner, job) = try await pool.member()
            try await miner.call("mining.extranonce.subscribe")
            let endMs = pool.pool.read(\.sessions.leaseEndMs)
            let value = try #require(UInt32(job.extranonce1, radix: 16))
            services.update { $0.sessions.unrenewable = [value] }
            try await renewed(pool)
            let told = try await miner.notice("mining.set_extranonce")
            #expect(told[0].string?.utf8.count == 8 && told[0] != JSON(job.extranonce1) && told[1] == 4)
            let next = WireJob(try await miner.notice("mining.notify"), ["result": [nil, told[0]]])
            #expect(next.isClean && next.id != job.id && next.time > job.time)
            // Each share belongs to the search space of its job as sent, also when its time was rolled.
            for job in [job, next, job] {
                let time = try #require(UInt32(job.time, radix: 16))
                for rolled in [0, 61, 61 + 127] as [UInt32] {
                    var share = try #require(job.share(1).array)
                    share[3] = JSON(WireJob.hex(time + rolled))
                    #expect(try await miner.call("mining.submit", .array(share))["result"] == true)
                    #expect(pool.pool.read { $0.sessions.calls.last?.leases } == [try lease(job, until: endMs)])
                }
            }
            // So they do when the miner comes back in between.
            await miner.stop()
            try await pool.settle(connections: 0)
            let again = try pool.connect()
            let answer = try await again.call("mining.subscribe", ["test/1", job.session])
            #expect(WireJob([], answer).extranonce1 == next.extranonce1)
            try await again.call("mining.authorize", [JSON(StratumFixture.worker), "x"])
            for job in [job, next] {
                #expect(try await again.call("mining.submit", job.share(1))["result"] == true)
                #expect(pool.pool.read { $0.sessions.calls.last?.leases } == [try lease(job, until: endMs)])
            }
        }
    }

    @Test func whoCannotBeToldIsAskedToConnectAgain() async throws {
        try await StratumFixture.run(.plain, services, clock: clock) { pool in
            let (miner, job) = try await pool.member()
            let value = try #require(UInt32(job.extranonce1, radix: 16))
            services.update { $0.sessions.unrenewable = [value] }
            try await renewed(pool)
            #expect(try await miner.notice("client.reconnect") == [])
            try await miner.closing()
            // The lease that ran out is not gone on with, whoever knows the session's name.
            let again = try pool.connect()
            let answer = try await again.call("mining.subscribe", ["test/1", job.session])
            let next = WireJob([], answer)
            #expect(next.session != job.session && next.session.string != nil)
            #expect(next.extranonce1 != job.extranonce1)
        }
    }

    @Test func whoComesAndGoesWithoutWorkUsesNothingUp() async throws {
        services.update { $0.job = nil }
        var settings = try StratumFixture.settings()
        settings.connectionCountPerAddressMax = 1_000
        try await StratumFixture.run(.plain, services, settings: settings, clock: clock) { pool in
            let stock = UInt32(SessionLeases.stockCountMax)
            try await Patience.wait(for: "a stock of leases") { services.leaseCount == stock }
            for number in 0...SessionLeases.stockCountMax {
                let socket = try LoopbackSocket(port: pool.port)
                try await socket.send("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"test/1\"]}\n")
                #expect(try await socket.receive(until: "\n").contains("\"error\":null"))
                socket.abort()
                if number % 100 == 0 { try await pool.settle(connections: 0) }
            }
            #expect(services.leaseCount == stock)
        }
    }

    @Test func aJobServiceThatIsAwayIsAskedAgain() async throws {
        try await StratumFixture.run(.plain, services, clock: clock) { pool in
            let (miner, _) = try await pool.member()
            services.update { $0.sessions.renewalsError = .unavailable("away") }
            for count in 1...3 {
                clock.advance(by: .seconds(61))
                try await Patience.wait(for: "renewal \(count)") {
                    pool.pool.read { $0.sessions.renewals.count } == count
                }
            }
            #expect(try await miner.call("mining.ping")["result"] == "pong")
        }
    }
}
