import Hashing
import JSON
import MiningDomain
import Testing

@testable import Miner

@Suite struct MiningStateTests {
    private static let now: UInt64 = 1_790_000_003_000

    private static func job(_ id: String, height: UInt32 = 432, tip: UInt8? = nil) throws -> PoolJob {
        var page = try Vector.load().job.with("job_id", JSON(id)).with("height", JSON(height))
        if let tip {
            page = page.with("previous_block_hash", JSON(Hex.string([UInt8](repeating: tip, count: 32))))
        }
        return try PoolJob(PageReader(page))
    }

    private static func assignment(_ token: String, of job: PoolJob, nonceCount: UInt32 = 296) throws -> Assignment {
        let page = try Vector.load().bin.with("bin", JSON(token)).with("job_id", JSON(job.id))
            .with("nonce_count", JSON(nonceCount))
        return Assignment(bin: try PoolBin(PageReader(page)), job: job, receivedAtMs: now, nowMs: now)
    }

    private static func slice(of state: inout MiningState, countMax: UInt64) throws -> SearchSlice {
        let slice = state.nextSlice(countMax: countMax, nowMs: now)
        return try #require(slice)
    }

    private static func report(of state: inout MiningState) throws -> Report {
        let report = state.reports.next()
        return try #require(report)
    }

    private static func result(_ count: UInt64, hits: [UInt32] = []) -> NonceSearch.Slice {
        NonceSearch.Slice(hits: hits.map { .init(nonce: $0, hash: .zero) }, searchedCount: count)
    }

    @Test func aBinIsSharedOutOverThreadsAndItsEndIsReportedOnce() throws {
        var state = MiningState()
        #expect(state.wantsBin(nowMs: Self.now))
        #expect(state.nextSlice(countMax: 100, nowMs: Self.now) == nil)
        #expect(state.offer(try Self.assignment("a", of: Self.job("1"))))
        var slices: [SearchSlice] = []
        while let slice = state.nextSlice(countMax: 100, nowMs: Self.now) { slices.append(slice) }
        #expect(slices.map(\.count) == [100, 100, 96, 100, 100, 96])
        for slice in slices.reversed() { state.complete(slice, Self.result(slice.count), nowMs: Self.now) }
        #expect(state.reports.next() == Report(binToken: "a", finds: [], isDone: true))
        #expect(state.open.isEmpty)
    }

    @Test func threadsGoOnWithTheNextBinWhileTheLastPartsAreUnderWay() throws {
        var state = MiningState()
        let job = try Self.job("1")
        #expect(state.offer(try Self.assignment("a", of: job)))
        #expect(state.offer(try Self.assignment("b", of: job)))
        let first = try Self.slice(of: &state, countMax: 1_000)
        let second = try Self.slice(of: &state, countMax: 1_000)
        let third = try Self.slice(of: &state, countMax: 1_000)
        #expect([first, second, third].map(\.binToken) == ["a", "a", "b"])
        state.complete(third, Self.result(third.count), nowMs: Self.now)
        state.complete(second, Self.result(second.count), nowMs: Self.now)
        #expect(state.reports.next() == nil, "one part of the first bin is still under way")
        state.complete(first, Self.result(first.count), nowMs: Self.now)
        #expect(state.reports.next()?.binToken == "a")
    }

    @Test func aSliceThatFilledUpWithHitsIsGoneOnWith() throws {
        var state = MiningState()
        #expect(state.offer(try Self.assignment("a", of: Self.job("1"))))
        let slice = try Self.slice(of: &state, countMax: 100)
        state.complete(slice, Self.result(40, hits: [4_294_967_000]), nowMs: Self.now)
        let rest = try Self.slice(of: &state, countMax: 100)
        #expect(rest.firstNonce == slice.firstNonce + 40)
        #expect(rest.count == 60)
        state.abandon(rest)
        #expect(state.nextSlice(countMax: 100, nowMs: Self.now) == rest)
    }

    @Test func aNewTipDropsAllWorkButNoFinds() throws {
        var state = MiningState()
        let job = try Self.job("1")
        state.learn(currentJob: job)
        #expect(state.offer(try Self.assignment("a", of: job)))
        #expect(state.offer(try Self.assignment("b", of: job)))
        let slice = try Self.slice(of: &state, countMax: 100)
        state.learn(currentJob: try Self.job("2", height: 433, tip: 9))
        #expect(state.nextSlice(countMax: 100, nowMs: Self.now) == nil)
        #expect(state.wantsBin(nowMs: Self.now))
        #expect(state.binsDropped == 2)
        state.complete(slice, Self.result(100, hits: [5]), nowMs: Self.now)
        #expect(state.reports.next()?.finds.map(\.nonce) == [5])
    }

    @Test func aNewJobOnTheSameBlockLeavesBinsAsTheyAre() throws {
        var state = MiningState()
        let job = try Self.job("1")
        state.learn(currentJob: job)
        #expect(state.offer(try Self.assignment("a", of: job)))
        state.learn(currentJob: try Self.job("2"))
        #expect(state.nextSlice(countMax: 100, nowMs: Self.now)?.binToken == "a")
        #expect(state.currentJob?.id == "2")
    }

    @Test func aBinOfAnEarlierBlockIsOfNoUseAndOneOfALaterBlockIsNews() throws {
        var state = MiningState()
        state.learn(currentJob: try Self.job("2", height: 433, tip: 2))
        #expect(!state.offer(try Self.assignment("old", of: Self.job("1", height: 432, tip: 1))))
        #expect(!state.offer(try Self.assignment("rival", of: Self.job("1b", height: 433, tip: 3))))
        #expect(state.offer(try Self.assignment("new", of: Self.job("3", height: 434, tip: 4))))
        #expect(state.currentJob?.id == "3")
        // Once the pool says that the rival is the one, its bin is welcome.
        state.learn(currentJob: try Self.job("1b", height: 433, tip: 3))
        #expect(state.offer(try Self.assignment("rival", of: Self.job("1b", height: 433, tip: 3))))
    }

    @Test func noBinIsTakenTwiceAndNoMoreThanThereIsRoomFor() throws {
        var state = MiningState()
        let job = try Self.job("1")
        #expect(state.offer(try Self.assignment("a", of: job)))
        #expect(!state.offer(try Self.assignment("a", of: job)))
        #expect(state.offer(try Self.assignment("b", of: job)))
        #expect(!state.offer(try Self.assignment("c", of: job)))
        while let slice = state.nextSlice(countMax: 1_000, nowMs: Self.now) {
            state.complete(slice, Self.result(slice.count), nowMs: Self.now)
        }
        #expect(!state.offer(try Self.assignment("a", of: job)), "it was searched to its end")
        #expect(state.offer(try Self.assignment("c", of: job)))
        #expect(state.binsTaken == 3)
    }

    @Test func aBinWhoseTimeIsOverIsLeft() throws {
        var state = MiningState()
        #expect(state.offer(try Self.assignment("a", of: Self.job("1"))))
        #expect(state.nextSlice(countMax: 10, nowMs: Self.now + 59_999) != nil)
        #expect(state.nextSlice(countMax: 10, nowMs: Self.now + 60_000) == nil)
        #expect(state.binsDropped == 1)
    }

    /// A thousand hashes per second through a bin of 5,000: what remained whenever the next bin was wanted.
    private static func remainders(_ state: inout MiningState) throws -> [UInt64] {
        let page = try Vector.load().bin.with("nonce_start", 0).with("nonce_count", 5_000).with("extranonce2_count", 1)
        let bin = try PoolBin(PageReader(page.with("bin", "large").with("job_id", "1")))
        guard state.offer(Assignment(bin: bin, job: try job("1"), receivedAtMs: now, nowMs: now)) else { return [] }
        var remainders: [UInt64] = []
        var nowMs = now
        while let slice = state.nextSlice(countMax: 100, nowMs: nowMs) {
            nowMs += 100
            state.complete(slice, result(100), nowMs: nowMs)
            if state.wantsBin(nowMs: nowMs) { remainders.append(state.open.first?.remainingCount ?? 0) }
        }
        return remainders
    }

    @Test func theNextBinIsWantedASecondBeforeTheEndOfThisOne() throws {
        var state = MiningState()
        #expect(state.offer(try Self.assignment("small", of: Self.job("1"), nonceCount: 1)))
        while let slice = state.nextSlice(countMax: 1, nowMs: Self.now - 20_000) {
            state.complete(slice, Self.result(1), nowMs: Self.now - 20_000)
        }
        let report = try Self.report(of: &state)
        #expect(report.isDone)
        state.settle(report, ReportAnswer(results: [], nextBin: nil, currentJobID: nil))
        let first = try #require(try Self.remainders(&state).first)
        #expect((900...1_100).contains(first))
    }

    @Test func nothingIsAskedForAheadBeforeThePoolKnowsThatThisMinerSaysDone() throws {
        var state = MiningState()
        #expect(try Self.remainders(&state) == [0])
    }

    @Test func theSearchPausesWhileTooManyFindsWait() throws {
        var state = MiningState()
        #expect(state.offer(try Self.assignment("a", of: Self.job("1"))))
        let finds = (0..<UInt32(ReportQueue.findCountMax)).map { Find(extranonce2: 0, nonce: $0, hash: .zero) }
        state.reports.add(finds, bin: "z")
        #expect(state.nextSlice(countMax: 10, nowMs: Self.now) == nil)
        #expect(!state.wantsBin(nowMs: Self.now))
        let report = try Self.report(of: &state)
        state.settle(report, ReportAnswer(results: [], nextBin: nil, currentJobID: nil))
        #expect(state.nextSlice(countMax: 10, nowMs: Self.now) != nil)
    }
}
