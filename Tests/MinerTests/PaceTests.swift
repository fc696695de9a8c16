import Testing

@testable import Miner

@Suite struct PaceTests {
    @Test func aThrottleLetsThroughWhatItsLimitAllows() {
        var throttle = Throttle(limit: 1_000)
        // Nothing is found sooner than by a miner that is as slow.
        #expect(throttle.delay(for: 500, nowMs: 1_000_000) == .milliseconds(250))
        #expect(throttle.delay(for: 500, nowMs: 1_000_000) == .milliseconds(750))
        #expect(throttle.delay(for: 100, nowMs: 1_000_600) == .milliseconds(250))
        // Time that was not used is not saved up.
        #expect(throttle.delay(for: 2, nowMs: 2_000_000) == .milliseconds(1))
        #expect(throttle.delay(for: 2, nowMs: 2_000_000) == .milliseconds(3))
    }

    @Test func aThrottleHoldsItsLimitOverManySlices() {
        var throttle = Throttle(limit: 12_345)
        var nowMs: UInt64 = 1_790_000_000_000
        var hashes: UInt64 = 0
        let start = nowMs
        while nowMs < start + 60_000 {
            let delay = throttle.delay(for: 493, nowMs: nowMs)
            nowMs += UInt64(delay / .milliseconds(1)) + 3  // and the search itself
            hashes += 493
        }
        let rate = hashes * 1_000 / (nowMs - start)
        #expect((12_000...12_400).contains(rate))
    }

    @Test func speedIsMeasuredOverTheLastSeconds() {
        var meter = SpeedMeter()
        #expect(meter.hashrate(nowMs: 1_000_000) == nil)
        meter.add(100, nowMs: 1_000_000)
        #expect(meter.hashrate(nowMs: 1_000_400) == nil)
        for step in 1...40 { meter.add(100, nowMs: 1_000_000 + UInt64(step) * 100) }
        #expect((950...1_100).contains(meter.hashrate(nowMs: 1_004_000) ?? 0))
        for step in 1...200 { meter.add(900, nowMs: 1_004_000 + UInt64(step) * 100) }
        #expect((8_900...9_500).contains(meter.hashrate(nowMs: 1_024_000) ?? 0))
        #expect(meter.hashrate(nowMs: 2_000_000) == nil)
        #expect(meter.total == 41 * 100 + 200 * 900)
    }

    @Test func slicesGrowToTheirDuration() {
        var pace = SlicePace(hashrateLimit: nil)
        #expect(pace.count == 256)
        pace.took(.microseconds(10), searched: 256)
        #expect(pace.count == 2_048)
        for _ in 0..<20 { pace.took(.microseconds(pace.count), searched: pace.count) }  // a million hashes per second
        #expect(pace.count == SlicePace.durationMs * 1_000)
        pace.took(.seconds(3_600), searched: 5)
        #expect(pace.count == SlicePace.countMin)
        for _ in 0..<40 { pace.took(.nanoseconds(1), searched: pace.count) }
        #expect(pace.count == SlicePace.countMax)
    }

    @Test(arguments: [(1, 16), (1_000, 40), (1_000_000, 40_000), (.max, 1 << 26)] as [(UInt64, UInt64)])
    func slicesOfAThrottledMinerStaySmall(limit: UInt64, countMax: UInt64) {
        var pace = SlicePace(hashrateLimit: limit)
        for _ in 0..<40 { pace.took(.nanoseconds(1), searched: pace.count) }
        #expect(pace.count == countMax)
    }

    @Test func pausesDoubleUpToALimitAndStartAnewAfterSuccess() {
        var backOff = BackOff(seed: 7)
        var previousMax = Duration.zero
        for failure in 0..<20 {
            let whole = min(BackOff.longest, BackOff.first * (1 << min(failure, 10)))
            let pause = backOff.pause()
            #expect(pause >= whole / 2 && pause <= whole)
            previousMax = max(previousMax, pause)
        }
        #expect(previousMax > BackOff.longest / 2)
        #expect(backOff.pause(retryAfter: .seconds(3)) == .seconds(3))
        #expect(backOff.pause(retryAfter: .seconds(3_600)) == BackOff.longest * 4)
        backOff.succeeded()
        #expect(backOff.pause() <= BackOff.first)
    }

    @Test func twoMinersDoNotPauseAlike() {
        var (one, other) = (BackOff(seed: 1), BackOff(seed: 2))
        #expect((0..<8).map { _ in one.pause() } != (0..<8).map { _ in other.pause() })
    }
}
