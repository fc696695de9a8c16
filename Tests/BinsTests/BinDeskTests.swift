import Bins
import MiningDomain
import Testing

@Suite struct BinDeskTests {
    private static let anna = BinClient(id: 1, address: "anna", worker: "rig1")
    private static let bert = BinClient(id: 2, address: "bert", worker: "rig1")
    private static let work: UInt64 = 65_537

    private static func job(_ id: UInt64, atMs nowMs: UInt64 = 0) throws -> BinJob {
        BinJob(id: try #require(JobID(id)), currentTime: 1_000, minimumTime: 900, createdAtMs: nowMs)
    }

    private static func desk(_ rules: BinRules = BinRules()) throws -> HeldDesk {
        let desk = HeldDesk(rules: rules, extranonce1: 5, nowMs: 0)
        desk.open(try job(1), isClean: true)
        return desk
    }

    private static func leased(_ answer: BinDesk.Answer) throws -> BinLease {
        guard case .leased(let lease) = answer else { throw Unexpected() }
        return lease
    }

    private static func offered(_ answer: BinDesk.ReportAnswer) throws -> BinLease {
        guard case .offer(let lease) = answer else { throw Unexpected() }
        return lease
    }

    private struct Unexpected: Error {}

    private static let done = BinReport(isDone: true, hits: 0, furthest: 0)

    @Test func withoutAJobThereIsNoBin() {
        let desk = HeldDesk(rules: BinRules(), extranonce1: 5, nowMs: 0)
        #expect(desk.lease(Self.anna, hint: 0, nowMs: 0) == .noJob)
    }

    @Test func aBinSaysWhatItIs() throws {
        let desk = try Self.desk()
        let lease = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 2_500))
        #expect(lease.slice == BinSlice(extranonce1: 5, start: 0, count: 100_000))
        #expect(lease.time == 1_002)  // the node's time when the job came, and two whole seconds
        #expect(lease.issuedAtMs == 2_500 && lease.expiresAtMs == 62_500 && lease.expectedMs == nil)
        #expect(lease.client == Self.anna && lease.job == JobID(1) && lease.id > 0)
    }

    @Test func theHeadersTimeIsNeverBelowTheChains() throws {
        let desk = HeldDesk(rules: BinRules(), extranonce1: 5, nowMs: 0)
        let job = BinJob(id: try #require(JobID(1)), currentTime: 100, minimumTime: 900, createdAtMs: 50_000)
        desk.open(job, isClean: true)
        #expect(try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 0)).time == 900)
    }

    @Test func whoAsksAgainHasSearchedTheLastOne() throws {
        let desk = try Self.desk()
        _ = desk.lease(Self.anna, hint: 0, nowMs: 0)
        let second = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 1_000))
        #expect(second.slice.count == 400_000 && second.slice.start == 100_000)  // 100 kH/s, but four times at most
        let third = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 5_000))
        #expect(third.slice.count == 500_000)
        #expect(desk.counts.leased == 3 && desk.counts.returned == 0)
    }

    @Test func doneBringsTheNextOneAndAskingGivesTheSame() throws {
        let desk = try Self.desk()
        let first = try Self.leased(desk.lease(Self.anna, hint: 20_000, nowMs: 0))
        let offered = try Self.offered(desk.report(Self.done, of: first, workPerHit: Self.work, nowMs: 5_000))
        #expect(!offered.slice.overlaps(first.slice))
        #expect(try Self.offered(desk.report(Self.done, of: first, workPerHit: Self.work, nowMs: 5_001)) == offered)
        #expect(try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 5_100)) == offered)
        let other = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 5_200))
        #expect(other.id != offered.id)  // asked ahead while it works on the offered one
        #expect(try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 5_300)) == other)
        #expect(desk.counts.completed == 1)
    }

    @Test func anOfferThatMustBeInWorkIsNotGivenTwice() throws {
        let desk = try Self.desk()
        let first = try Self.leased(desk.lease(Self.anna, hint: 20_000, nowMs: 0))
        let offered = try Self.offered(desk.report(Self.done, of: first, workPerHit: Self.work, nowMs: 5_000))
        let ahead = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 9_000))  // 4 of its 5 seconds are over
        #expect(!ahead.slice.overlaps(offered.slice))
    }

    @Test func hitsNearTheEndBringTheNextOneAhead() throws {
        let desk = try Self.desk()
        let first = try Self.leased(desk.lease(Self.anna, hint: 20_000, nowMs: 0))
        let early = BinReport(isDone: false, hits: 1, furthest: first.slice.start + 40_000)
        #expect(desk.report(early, of: first, workPerHit: Self.work, nowMs: 2_000) == .noted)
        let late = BinReport(isDone: false, hits: 1, furthest: first.slice.start + 85_000)
        let next = try Self.offered(desk.report(late, of: first, workPerHit: Self.work, nowMs: 4_250))
        #expect(try Self.offered(desk.report(Self.done, of: first, workPerHit: Self.work, nowMs: 5_000)) == next)
    }

    @Test func whatIsLeftBehindGoesToAnother() throws {
        let desk = try Self.desk()
        let first = try Self.leased(desk.lease(Self.anna, hint: 20_000, nowMs: 0))
        let second = try Self.offered(desk.report(Self.done, of: first, workPerHit: Self.work, nowMs: 5_000))
        let third = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 9_000))
        // A hit in the third: the second was not finished.
        let hit = BinReport(isDone: false, hits: 1, furthest: third.slice.start)
        _ = desk.report(hit, of: third, workPerHit: Self.work, nowMs: 9_500)
        #expect(desk.counts.returned == 1)
        let berts = try Self.leased(desk.lease(Self.bert, hint: 20_000, nowMs: 12_000))
        #expect(berts.slice == second.slice && berts.time > second.time)
    }

    @Test func aBinBegunBeforeItsTimeMakesNobodyFast() throws {
        let desk = try Self.desk()
        let first = try Self.leased(desk.lease(Self.anna, hint: 2_000, nowMs: 0))
        #expect(first.slice.count == 10_000)
        let second = try Self.offered(desk.report(Self.done, of: first, workPerHit: Self.work, nowMs: 5_000))
        // Asked ahead: by the plan the third begins at 10 s. Its first hits come before that, at the speed of before.
        let third = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 8_000))
        #expect(second.id != third.id)
        for step in UInt64(1)...5 {
            let hit = BinReport(isDone: false, hits: 1, furthest: third.slice.start + step * 200)
            _ = desk.report(hit, of: third, workPerHit: Self.work, nowMs: 8_000 + step * 100)
        }
        let speed = try #require(desk.speed(of: Self.anna, workPerHit: Self.work))
        #expect((1_900...2_100).contains(speed.hashrate))
    }

    @Test func aWithdrawnJobEndsEveryBin() throws {
        let desk = try Self.desk()
        let first = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 0))
        desk.withdraw()
        #expect(desk.report(Self.done, of: first, workPerHit: Self.work, nowMs: 1_000) == .noted)
        #expect(desk.lease(Self.anna, hint: 0, nowMs: 1_000) == .noJob)
        desk.open(try Self.job(2), isClean: true)
        let second = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 2_000))
        #expect(second.job.value == 2)
    }

    @Test func whatExpiresGoesToAnother() throws {
        let desk = try Self.desk()
        let annas = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 0))
        desk.sweep(nowMs: annas.expiresAtMs - 1)
        #expect(desk.counts.returned == 0)
        desk.sweep(nowMs: annas.expiresAtMs)
        #expect(desk.counts.returned == 1)
        let berts = try Self.leased(desk.lease(Self.bert, hint: 0, nowMs: annas.expiresAtMs))
        #expect(berts.slice == annas.slice && berts.time > annas.time)
    }

    @Test func whoTookTooLongGetsLess() throws {
        let desk = try Self.desk()
        let first = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 0))
        let second = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: first.expiresAtMs))
        #expect(second.slice.count == 1_666 * 5)  // fewer than 100,000 in a minute
    }

    @Test func aNewTipEndsEveryBin() throws {
        let desk = try Self.desk()
        let old = try Self.leased(desk.lease(Self.anna, hint: 20_000, nowMs: 0))
        desk.open(try Self.job(2, atMs: 1_000), isClean: true)
        let new = try Self.leased(desk.lease(Self.anna, hint: 20_000, nowMs: 1_000))
        #expect(new.job == JobID(2) && new.slice.start == 0 && new.slice.count == 100_000)
        // A late report on the old one says at once that there is something better to do.
        let answer = desk.report(Self.done, of: old, workPerHit: Self.work, nowMs: 1_100)
        #expect(answer == .noted)
    }

    @Test func aRefreshedJobLeavesBinsAlive() throws {
        let desk = try Self.desk()
        let old = try Self.leased(desk.lease(Self.anna, hint: 20_000, nowMs: 0))
        desk.open(try Self.job(2, atMs: 1_000), isClean: false)
        let next = try Self.offered(desk.report(Self.done, of: old, workPerHit: Self.work, nowMs: 5_000))
        #expect(next.job == JobID(2))
        #expect(desk.speed(of: Self.anna, workPerHit: Self.work)?.hashrate == 20_000)
    }

    @Test func binsFromBeforeARestartStillCount() throws {
        let before = try Self.desk()
        let lease = try Self.leased(before.lease(Self.anna, hint: 20_000, nowMs: 0))
        let after = HeldDesk(rules: BinRules(), extranonce1: 6, nowMs: 2_000)
        after.recall(lease.job)
        after.open(try Self.job(9, atMs: 2_500), isClean: false)
        let next = try Self.offered(after.report(Self.done, of: lease, workPerHit: Self.work, nowMs: 5_000))
        #expect(next.slice.extranonce1 == 6)
        #expect(after.speed(of: Self.anna, workPerHit: Self.work)?.hashrate == 20_000)
        // The same once more tells nothing new.
        _ = after.report(Self.done, of: lease, workPerHit: Self.work, nowMs: 5_001)
        #expect(after.speed(of: Self.anna, workPerHit: Self.work)?.hashrate == 20_000)
    }

    @Test func clientsAreBoundedAndForgotten() throws {
        var rules = BinRules()
        rules.clientCountMax = 3
        let desk = try Self.desk(rules)
        let clients = (1...4).map { BinClient(id: UInt128($0), address: "a", worker: "w") }
        for client in clients.prefix(3) {
            let lease = try Self.leased(desk.lease(client, hint: 0, nowMs: 0))
            _ = desk.report(
                BinReport(isDone: false, hits: 1, furthest: lease.slice.start),
                of: lease,
                workPerHit: 1,
                nowMs: 0
            )
        }
        #expect(desk.lease(clients[3], hint: 0, nowMs: 0) == .tooManyClients)
        #expect(desk.clientCount == 3)
        _ = try Self.leased(desk.lease(clients[3], hint: 0, nowMs: rules.clientIdleMs))
        #expect(desk.clientCount == 1)
        #expect(desk.speed(of: clients[0], workPerHit: Self.work) == nil)
    }

    /// Whoever makes up clients without end drives out his own, and nobody who has shown work.
    @Test func clientsWithoutWorkMakeRoomTheOldestFirst() throws {
        var rules = BinRules()
        rules.clientCountMax = 3
        let desk = try Self.desk(rules)
        let clients = (1...40).map { BinClient(id: UInt128($0), address: "a", worker: "w") }
        let honest = try Self.leased(desk.lease(clients[0], hint: 0, nowMs: 0))
        let report = BinReport(isDone: false, hits: 1, furthest: honest.slice.start)
        _ = desk.report(report, of: honest, workPerHit: 1, nowMs: 0)
        for client in clients.dropFirst() { _ = try Self.leased(desk.lease(client, hint: 0, nowMs: 1)) }
        #expect(desk.clientCount == 3)
        #expect(desk.speed(of: clients[0], workPerHit: 1) != nil)
        let left = clients.dropFirst().filter { desk.speed(of: $0, workPerHit: 1) != nil }
        #expect(left == Array(clients.suffix(2)))
    }

    /// A client that only says that it is fast is not shown as fast, nor does it make the pool look so.
    @Test func speedMustBeProven() throws {
        let desk = try Self.desk()
        var nowMs: UInt64 = 0
        for _ in 0..<50 {
            let lease = try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: nowMs))
            nowMs += 10
            _ = desk.report(Self.done, of: lease, workPerHit: Self.work, nowMs: nowMs)
        }
        let shown = try #require(desk.speed(of: Self.anna, workPerHit: Self.work))
        #expect(shown.binSize > 1 << 30)
        #expect(shown.hashrate < 20 * Self.work * 1_000 / 10)
        #expect(desk.poolSpeed(workPerHit: Self.work, nowMs: nowMs).hashrate == shown.hashrate)
    }

    @Test func thePoolIsAllThatWereSeenLately() throws {
        let desk = try Self.desk()
        let rig2 = BinClient(id: 3, address: "anna", worker: "rig2")
        let twin = BinClient(id: 4, address: "anna", worker: "rig1")
        for client in [Self.anna, rig2, twin] {
            let lease = try Self.leased(desk.lease(client, hint: 20_000, nowMs: 0))
            _ = desk.report(Self.done, of: lease, workPerHit: Self.work, nowMs: 5_000)
        }
        let pool = desk.poolSpeed(workPerHit: Self.work, nowMs: 5_000)
        #expect(pool.hashrate == 60_000 && pool.clientCount == 3 && pool.workerCount == 2)
        #expect(desk.poolSpeed(workPerHit: Self.work, nowMs: 125_000).clientCount == 0)
    }

    @Test func theEndOfTheSpaceRollsTheExtranonce1() throws {
        let desk = try Self.desk()
        var last: BinLease?
        for client in 0..<((1 << 14) - 1) {
            let client = BinClient(id: UInt128(client), address: "a", worker: "w")
            last = try Self.leased(desk.lease(client, hint: .max, nowMs: 0))
        }
        // What is left is a little less than that: one bin more, and then a scrap that nobody here wants.
        _ = try Self.leased(desk.lease(Self.anna, hint: .max, nowMs: 0))
        #expect(desk.lease(Self.bert, hint: .max, nowMs: 0) == .exhausted)
        desk.extend(extranonce1: 6)
        let next = try Self.leased(desk.lease(Self.bert, hint: .max, nowMs: 0))
        #expect(next.slice.extranonce1 == 6 && next.id != last?.id)
        desk.open(try Self.job(2), isClean: false)
        #expect(try Self.leased(desk.lease(Self.anna, hint: 0, nowMs: 1)).slice.extranonce1 == 6)
    }
}
