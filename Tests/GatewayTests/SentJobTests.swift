import MiningDomain
import StratumProtocol
import Testing

@testable import Gateway

/// The times of a job that is sent more than once.
@Suite struct SentJobTests {
    @Test(
        arguments: [
            (10_000, 10_000, 501, 650), (10_000, 10_999, 501, 650), (10_000, 11_000, 502, 651),
            (10_000, 40_000, 531, 680),
            // A clock that was set back moves nothing back.
            (10_000, 5_000, 501, 650),
        ] as [(UInt64, UInt64, UInt32, UInt32)]
    )
    func aLaterSendingGoesOnWhereTheClockIs(atMs: UInt64, nowMs: UInt64, again: UInt32, apart: UInt32) throws {
        let sent = SentJob(job: try #require(JobID(1)), time: 500, count: 0, atMs: atMs)
        #expect(sent.timeAgain(nowMs: nowMs) == again)
        #expect(sent.timeApart(nowMs: nowMs) == apart)
    }

    @Test func allChangesOfOneSessionStayWithinWhatBlocksMayBeAhead() {
        #expect(UInt32(DifficultyEpochs.countMax) * SentJob.rollingReserve < 3_600)
        #expect(Int(StratumDesk.urgentSendingCountMax) < DifficultyEpochs.countMax)
    }
}
