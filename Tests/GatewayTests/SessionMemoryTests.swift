import Messages
import MiningDomain
import StratumProtocol
import TestSupport
import Testing

@testable import Gateway

/// Sessions whose connection broke.
@Suite struct SessionMemoryTests {
    private let clock = ManualClock()

    private func kept(
        _ extranonce1: UInt32,
        until endMs: UInt64 = .max,
        hasShares: Bool = false
    ) throws -> SessionMemory.Kept {
        let settings = VardiffSettings(bounds: .one ... .one, start: .one)
        return SessionMemory.Kept(
            lease: SessionLeases.Lease(extranonce1: extranonce1, signed: [], expiresAtMs: endMs),
            earlier: nil,
            epochs: DifficultyEpochs(),
            vardiff: Vardiff(settings, nowMs: clock.unixMilliseconds),
            options: .none,
            rolling: .none,
            sent: SentJob(job: try #require(JobID(1)), time: 1, count: 0, atMs: 0),
            hasShares: hasShares
        )
    }

    @Test func aSessionComesBackOnceAndWithinTenMinutes() throws {
        let memory = SessionMemory(clock: clock)
        _ = memory.keep(try kept(1), called: "a")
        _ = memory.keep(try kept(2), called: "b")
        #expect(memory.take("a")?.lease.extranonce1 == 1 && memory.take("a") == nil)
        clock.advance(by: .milliseconds(Int64(SessionMemory.keepMs)))
        #expect(memory.take("b") == nil && memory.take("c") == nil)
    }

    @Test func aSessionWhoseLeaseIsAboutToEndDoesNotComeBack() throws {
        let memory = SessionMemory(clock: clock)
        let endMs = clock.unixMilliseconds + SessionLeases.restMsMin
        _ = memory.keep(try kept(1, until: endMs), called: "a")
        _ = memory.keep(try kept(2, until: endMs + 1), called: "b")
        #expect(memory.take("a") == nil && memory.take("b") != nil)
    }

    @Test func whatWasNeverUsedMayBeUsedByOthersWhenItIsForgotten() throws {
        let memory = SessionMemory(clock: clock)
        for number in 1...4 as ClosedRange<UInt32> {
            #expect(memory.keep(try kept(number, hasShares: number == 2), called: "\(number)").isEmpty)
        }
        // The third is in use again, the fourth broke again meanwhile.
        #expect(memory.take("3") != nil && memory.take("4") != nil)
        clock.advance(by: .seconds(60))
        #expect(memory.keep(try kept(4), called: "4").isEmpty)
        clock.advance(by: .milliseconds(Int64(SessionMemory.keepMs) - 60_000))
        #expect(memory.keep(try kept(5), called: "5").map(\.extranonce1) == [1])
        clock.advance(by: .seconds(60))
        #expect(memory.keep(try kept(6), called: "6").map(\.extranonce1) == [4])
        #expect(memory.take("1") == nil && memory.take("5") != nil && memory.take("6") != nil)
    }

    @Test func whatWasNeverUsedIsNotLostWhenItsMinerComesTooLate() throws {
        let memory = SessionMemory(clock: clock)
        _ = memory.keep(try kept(1), called: "a")
        clock.advance(by: .milliseconds(Int64(SessionMemory.keepMs)))
        #expect(memory.take("a") == nil)
        #expect(memory.keep(try kept(2), called: "b").map(\.extranonce1) == [1])
    }

    @Test func aLivingSessionIsAtItsLoopUntilItEnds() {
        let memory = SessionMemory(clock: clock)
        memory.began("a", at: 1)
        #expect(memory.loop(of: "a") == 1 && memory.loop(of: "b") == nil && memory.take("a") == nil)
        memory.began("a", at: 0)
        #expect(memory.loop(of: "a") == 0)
        memory.ended("a")
        #expect(memory.loop(of: "a") == nil)
    }

    @Test func theOldestAreForgottenFirst() throws {
        let memory = SessionMemory(clock: clock)
        let countMax = UInt32(SessionMemory.sessionCountMax)
        for number in 0..<countMax { #expect(memory.keep(try kept(number), called: "\(number)").isEmpty) }
        #expect(memory.keep(try kept(countMax), called: "new").map(\.extranonce1) == [0])
        #expect(memory.take("0") == nil && memory.take("1") != nil && memory.take("new") != nil)
    }

    @Test func whoBreaksAgainAndAgainCostsNobodyItsPlace() throws {
        let memory = SessionMemory(clock: clock)
        #expect(memory.keep(try kept(1), called: "still").isEmpty)
        for _ in 0...SessionMemory.sessionCountMax {
            #expect(memory.keep(try kept(2), called: "restless").isEmpty)
            #expect(memory.take("restless") != nil)
        }
        #expect(memory.take("still") != nil)
    }
}
