import Testing

@testable import Gateway

@Suite struct BinTimingTests {
    @Test func theNextBinIsDueBeforeTheCurrentOneEnds() {
        var timing = BinTiming()
        #expect(timing.isDueAtMs == nil)
        timing.began(durationMs: 5_000, at: 1_000)
        #expect(timing.isDueAtMs == 5_000)
        timing.wasOffered(durationMs: 10_000)
        #expect(timing.isDueAtMs == nil)
        timing.finishedOne(at: 6_000)
        #expect(timing.isDueAtMs == 14_000)
    }

    @Test func aShortBinStillLeavesARoundTrip() {
        var timing = BinTiming()
        timing.began(durationMs: 500, at: 1_000)
        #expect(timing.isDueAtMs == 1_200)
        timing.began(durationMs: 100, at: 1_000)
        #expect(timing.isDueAtMs == 1_000)
    }

    @Test func nobodyIsOfferedBinsWhoNeverHadOne() {
        var timing = BinTiming()
        timing.finishedOne(at: 1_000)
        #expect(timing.isDueAtMs == nil)
    }

    @Test func aNewTipMakesABinDueAtOnce() {
        var timing = BinTiming()
        timing.began(durationMs: 5_000, at: 1_000)
        timing.jobChanged(at: 2_000)
        #expect(timing.isDueAtMs == 2_000)
    }
}
