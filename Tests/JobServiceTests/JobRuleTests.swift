import BlockFormat
import Hashing
import Messages
import MiningDomain
import TestSupport
import Testing

@testable import JobService

@Suite struct JobIDSourceTests {
    @Test func idsRiseWhateverTheClockDoes() throws {
        var source = JobIDSource(replica: 5, newest: nil)
        var last = source.next(nowMs: 0)
        for nowMs: UInt64 in [0, 1, 1_790_000_000_000, 1_790_000_000_000, 1_780_000_000_000, 0, .max] {
            let id = source.next(nowMs: nowMs)
            #expect(id > last && JobIDSource.replica(of: id.value) == 5)
            last = id
        }
    }

    @Test func aMillisecondHoldsManyAndOverflowsIntoTheNext() {
        var source = JobIDSource(replica: 255, newest: nil)
        let ids = (0..<40_000).map { _ in source.next(nowMs: 1_790_000_000_000) }
        #expect(Set(ids).count == ids.count && ids == ids.sorted())
        #expect(ids.allSatisfy { JobIDSource.replica(of: $0.value) == 255 })
    }

    @Test func aRestartGoesOnBehindTheNewest() {
        var before = JobIDSource(replica: 1, newest: nil)
        let newest = (0..<100).map { _ in before.next(nowMs: 1_790_000_000_000) }.last
        var after = JobIDSource(replica: 1, newest: newest)
        #expect(after.next(nowMs: 1_700_000_000_000) > newest ?? after.next(nowMs: 0))
    }

    @Test func replicasNeverMeet() {
        var sources = (0...255).map { JobIDSource(replica: UInt8($0), newest: nil) }
        let ids = sources.indices.flatMap { index in (0..<20).map { _ in sources[index].next(nowMs: 1_790_000_000_000) }
        }
        #expect(Set(ids).count == ids.count)
    }

    /// The layout of the contract: 42 bits of milliseconds since 2020, 8 of the replica, 14 of the counter.
    @Test func layout() {
        var source = JobIDSource(replica: 2, newest: nil)
        #expect(source.next(nowMs: 1_577_836_800_005).value == 5 << 22 | 2 << 14)
        #expect(source.next(nowMs: 1_577_836_800_005).value == 5 << 22 | 2 << 14 | 1)
    }
}

@Suite struct TipGuardTests {
    private static func template(
        height: UInt32,
        tip: UInt64,
        reward: UInt64 = 50
    ) throws -> BlockTemplate {
        try BlockTemplate(
            version: 1,
            previousHash: FakeNode.hash(tip),
            height: height,
            bits: 0x207f_ffff,
            currentTime: 1,
            minimumTime: 1,
            coinbaseValue: Amount(units: reward),
            transactions: [],
            defaultWitnessCommitment: nil,
            on: .bitcoinRegtest
        )
    }

    private static func guardian(height: UInt32, tip: UInt64) throws -> TipGuard {
        var guardian = TipGuard(refreshMs: 30_000, refreshMinimumMs: 5_000, doubtMs: 60_000)
        guardian.took(try template(height: height, tip: tip), nowMs: 0)
        return guardian
    }

    @Test(
        arguments: [
            (101, 2, 50, 0, .take(isClean: true)),  // the chain goes on
            (105, 2, 50, 0, .take(isClean: true)),
            (100, 2, 50, 0, .take(isClean: true)),  // another block of the same height
            (99, 2, 50, 0, .doubt),
            (100, 1, 50, 29_999, .keep),
            (100, 1, 50, 30_000, .take(isClean: false)),
            (100, 1, 51, 4_999, .keep),
            (100, 1, 51, 5_000, .take(isClean: false)),
        ] as [(UInt32, UInt64, UInt64, UInt64, TipGuard.Verdict)]
    )
    func verdicts(height: UInt32, tip: UInt64, reward: UInt64, nowMs: UInt64, expected: TipGuard.Verdict) throws {
        let guardian = try Self.guardian(height: 100, tip: 1)
        #expect(
            guardian.verdict(on: try Self.template(height: height, tip: tip, reward: reward), nowMs: nowMs) == expected
        )
    }

    @Test func theFirstTemplateIsTaken() throws {
        let guardian = TipGuard(refreshMs: 30_000, refreshMinimumMs: 5_000, doubtMs: 60_000)
        #expect(guardian.verdict(on: try Self.template(height: 1, tip: 1), nowMs: 0) == .take(isClean: true))
        #expect(guardian.wantsTemplate(tip: FakeNode.hash(1), nowMs: 0))
    }

    @Test func aTipThatWasLeftIsDoubtedAtItsHeightToo() throws {
        var guardian = try Self.guardian(height: 100, tip: 1)
        let rival = try Self.template(height: 100, tip: 2)
        guardian.took(rival, nowMs: 1_000)
        let back = try Self.template(height: 100, tip: 1)
        #expect(guardian.verdict(on: back, nowMs: 2_000) == .doubt)
        guardian.doubted(back, nowMs: 2_000)
        #expect(guardian.verdict(on: back, nowMs: 61_999) == .doubt)
        #expect(guardian.verdict(on: back, nowMs: 62_000) == .take(isClean: true))
    }

    @Test func aTipWithoutATemplateIsMissedOnlyWhenItLastsAndIsNew() throws {
        var guardian = try Self.guardian(height: 100, tip: 1)
        let patienceMs = TipGuard.lostPatienceMs
        func isOver(_ tip: UInt64, _ nowMs: UInt64) -> Bool { guardian.missed(tip: FakeNode.hash(tip), nowMs: nowMs) }
        guardian.took(try Self.template(height: 101, tip: 2), nowMs: 0)
        // An old tip is a node that lags, and the job's own is none that is missed.
        for tip: UInt64 in [1, 2] {
            #expect(!isOver(tip, 0))
            #expect(!isOver(tip, 10 * patienceMs))
        }
        #expect(!isOver(3, 1_000))
        #expect(!isOver(4, 1_000 + patienceMs - 1))
        #expect(isOver(4, 1_000 + patienceMs))
        guardian.withdraw()
        #expect(guardian.wantsTemplate(tip: FakeNode.hash(4), nowMs: 1_000 + patienceMs))
        // Back on the tip that was left: what was leased there is not stale.
        let back = try Self.template(height: 101, tip: 2)
        #expect(guardian.verdict(on: back, nowMs: 9_000) == .take(isClean: false))
        #expect(guardian.verdict(on: try Self.template(height: 102, tip: 4), nowMs: 9_000) == .take(isClean: true))
    }

    @Test func doubtBeginsAnewForAnotherTip() throws {
        var guardian = try Self.guardian(height: 100, tip: 1)
        let low = try Self.template(height: 98, tip: 2)
        let other = try Self.template(height: 99, tip: 3)
        guardian.doubted(low, nowMs: 0)
        guardian.doubted(other, nowMs: 50_000)
        #expect(guardian.verdict(on: low, nowMs: 70_000) == .doubt)
        #expect(guardian.verdict(on: other, nowMs: 70_000) == .doubt)
        #expect(guardian.verdict(on: other, nowMs: 110_000) == .take(isClean: true))
    }
}

@Suite struct JobRecipeTests {
    private static func recipe(_ network: Network, _ difficulty: String) throws -> JobRecipe {
        JobRecipe(
            network: network,
            tag: [],
            shareDifficulty: try #require(Difficulty(difficulty)),
            rewardScript: [0x51]
        )
    }

    @Test func sharesAreAsHardAsConfigured() throws {
        let recipe = try Self.recipe(.litecoin, "16")
        let network = try #require(Target(bits: 0x1a01_cd2d))
        #expect(recipe.shareTarget(network).hex == "00000ffff0000000000000000000000000000000000000000000000000000000")
    }

    @Test func noBlockIsLostToSharesThatAreTooHard() throws {
        let network = try #require(Target(bits: 0x1e0f_ffff))
        #expect(try Self.recipe(.litecoinTestnet, "1000000").shareTarget(network) == network)
        // On regtest every other hash is a block: there shares decide what is sent.
        let regtest = try #require(Target(bits: 0x207f_ffff))
        #expect(try Self.recipe(.litecoinRegtest, "1").shareTarget(regtest) == Network.litecoin.differenceOne)
    }

    @Test func noShareIsFree() throws {
        let easiest = try Self.recipe(.litecoin, "0.000000001").shareTarget(Target(.max >> 20))
        #expect(easiest.work == Work(hashes: 1))
    }
}
