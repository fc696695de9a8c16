import Hashing
import Messages
import MiningDomain
import Testing

@testable import ShareService

@Suite struct SessionRuleTests {
    /// Everything that can be wrong with a share, in the order in which it is named.
    private static let reasons: [ShareStatus] = [
        .versionNotAllowed, .stale, .expired, .timeOutOfRange, .lowDifficulty, .duplicate,
    ]

    @Test("of all that is wrong with a share the first in order is named", arguments: 0..<64)
    func order(mask: Int) {
        let wrongs = Set(Self.reasons.indices.filter { mask >> $0 & 1 == 1 }.map { Self.reasons[$0] })
        let share = SessionRule.Case(
            submissionID: 5,
            presumed: wrongs.contains(.versionNotAllowed) ? .versionNotAllowed : nil,
            proofHash: Hash256(words: (2, 0, 0, 0)),
            shareTarget: Target(UInt256(wrongs.contains(.lowDifficulty) ? 1 : 2)),
            leaseExpiresAtMs: wrongs.contains(.expired) ? TestJob.nowMs - 1 : TestJob.nowMs,
            time: wrongs.contains(.timeOutOfRange) ? 99 : 100,
            times: 100...100,
            isStale: wrongs.contains(.stale),
            nowMs: TestJob.nowMs
        )
        let status = SessionRule.status(of: share) { wrongs.contains(.duplicate) ? 4 : nil }
        #expect(status == Self.reasons.first(where: wrongs.contains) ?? .accepted)
        #expect(
            SessionRule.status(of: share) { 5 } == Self.reasons.dropLast().first(where: wrongs.contains) ?? .accepted
        )
    }

    @Test("a header's time is counted by the node's clock, from the job's earliest to 7,000 seconds ahead")
    func times() throws {
        var message = TestJob().message
        message.minimumTime = 500
        message.currentTime = 1_000
        message.createdAtMs = TestJob.nowMs
        let job = try #require(JudgedJob(message))
        #expect(job.times(nowMs: TestJob.nowMs - 5_000) == 500...8_000)
        #expect(job.times(nowMs: TestJob.nowMs) == 500...8_000)
        #expect(job.times(nowMs: TestJob.nowMs + 30_999) == 500...8_030)
        #expect(job.times(nowMs: .max).upperBound > UInt64(UInt32.max))
        // However far back the chain allows it, a share is of the last day.
        message.currentTime = 1_000_000
        #expect(job.times(nowMs: TestJob.nowMs).lowerBound == 500)
        #expect(try #require(JudgedJob(message)).times(nowMs: TestJob.nowMs) == 913_600...1_007_000)
        message.minimumTime = .max
        message.currentTime = 0
        #expect(try #require(JudgedJob(message)).times(nowMs: TestJob.nowMs) == 4_294_967_295...4_294_967_295)
    }
}
