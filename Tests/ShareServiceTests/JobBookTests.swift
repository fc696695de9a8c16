import Messages
import Testing

@testable import ShareService

@Suite struct JobBookTests {
    private static let nowMs: UInt64 = 1_000_000

    private static func isStale(_ book: JobBook, _ id: UInt64, nowMs: UInt64 = nowMs) -> Bool? {
        guard case .known(_, let isStale) = book.entry(id, nowMs: nowMs) else { return nil }
        return isStale
    }

    @Test(
        "a job is stale once a later one stands on another block, at least as high",
        arguments: [
            ("refreshed", TestJob(id: 11, height: 100, tip: 1), false),
            ("next block", TestJob(id: 11, height: 101, tip: 2, clean: true), true),
            ("next block, its clean job missed", TestJob(id: 11, height: 101, tip: 2), true),
            ("other block of the same height", TestJob(id: 11, height: 100, tip: 2, clean: true), true),
            ("lagging replica", TestJob(id: 11, height: 99, tip: 2), false),
            ("lagging replica that sees its block only now", TestJob(id: 11, height: 99, tip: 2, clean: true), false),
            ("earlier job that arrives late", TestJob(id: 9, height: 101, tip: 2, clean: true), false),
        ] as [(String, TestJob, Bool)]
    )
    func supersession(name: String, later: TestJob, expected: Bool) throws {
        let job = TestJob(id: 10, height: 100, tip: 1)
        for order in [[job, later], [later, job]] {
            var book = JobBook()
            for job in order { book.add(current: try job.judged, nowMs: Self.nowMs) }
            #expect(Self.isStale(book, 10) == expected, "\(name)")
        }
    }

    @Test("after a reorganisation to a lower height the old tip's jobs are stale once they are no longer renewed")
    func silence() throws {
        var book = JobBook()
        book.add(current: try TestJob(id: 10, height: 100, tip: 1).judged, nowMs: Self.nowMs)
        let later = Self.nowMs + JobBook.tipSilenceMs
        book.add(current: try TestJob(id: 11, height: 99, tip: 2, clean: true).judged, nowMs: later)
        #expect(Self.isStale(book, 10, nowMs: later) == false)
        #expect(Self.isStale(book, 10, nowMs: later + 1) == true)
        #expect(Self.isStale(book, 11, nowMs: later + 1) == false)
    }

    @Test("a job that was withdrawn is stale with all others on its tip, until there is another there")
    func withdrawal() throws {
        var book = JobBook()
        book.withdrawCurrent()
        book.add(current: try TestJob(id: 10, height: 100, tip: 1).judged, nowMs: Self.nowMs)
        book.add(current: try TestJob(id: 11, height: 100, tip: 1).judged, nowMs: Self.nowMs)
        book.withdrawCurrent()
        #expect(Self.isStale(book, 10) == true && Self.isStale(book, 11) == true)
        book.add(current: try TestJob(id: 12, height: 100, tip: 1).judged, nowMs: Self.nowMs)
        #expect(Self.isStale(book, 12) == false)
    }

    @Test("silence alone makes nothing stale")
    func silenceOfAll() throws {
        var book = JobBook()
        book.add(current: try TestJob(id: 10).judged, nowMs: Self.nowMs)
        #expect(Self.isStale(book, 10, nowMs: Self.nowMs * 10) == false)
    }

    @Test("a job that was asked for by its id, before its event came, is not stale")
    func aheadOfEvents() throws {
        var book = JobBook()
        book.add(current: try TestJob(id: 10, height: 100, tip: 1).judged, nowMs: Self.nowMs)
        book.add(try TestJob(id: 11, height: 101, tip: 2, clean: true).judged, nowMs: Self.nowMs)
        #expect(Self.isStale(book, 11) == false)
        #expect(Self.isStale(book, 10) == true)
    }

    @Test("the oldest jobs are forgotten, and a job that is gone is known to be")
    func bounds() throws {
        var book = JobBook()
        for id in 1...UInt64(JobBook.jobCountMax + 1) { book.add(try TestJob(id: id).judged, nowMs: Self.nowMs) }
        #expect(Self.isStale(book, 1) == nil)
        #expect(Self.isStale(book, 2) == false)
        for id in 10_000...UInt64(10_000 + JobBook.goneCountMax) { book.addGone(id) }
        guard case .gone = book.entry(UInt64(10_000 + JobBook.goneCountMax), nowMs: 0) else {
            Issue.record("the last one is not known to be gone")
            return
        }
        guard case .unknown = book.entry(10_000, nowMs: 0) else {
            Issue.record("the first one is still known to be gone")
            return
        }
    }

    @Test(
        "a job that no proof can be judged by is none",
        arguments: [
            { $0.jobID = 0 },
            { $0.algorithm = "x11" },
            { $0.previousHash = [1] },
            { $0.networkTarget = [] },
            { $0.merkleBranch = [[1]] },
            { $0.merkleBranch = [[UInt8]](repeating: [UInt8](repeating: 0, count: 32), count: 33) },
            { $0.extranonce1Size = 8 },
            { $0.extranonce2Size = 8 },
        ] as [@Sendable (inout Job) -> Void]
    )
    func unusableJobs(spoil: @Sendable (inout Job) -> Void) {
        var job = TestJob().message
        #expect(JudgedJob(job) != nil)
        spoil(&job)
        #expect(JudgedJob(job) == nil)
    }
}
