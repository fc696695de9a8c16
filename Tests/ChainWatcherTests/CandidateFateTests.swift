import ChainAdapter
import Messages
import Testing

@testable import ChainWatcher

@Suite struct CandidateFateTests {
    private enum Step {
        case offered([SubmitAnswer])
        case saw(CandidateFate.Sighting)
    }

    private struct Story {
        let title: String
        let steps: [Step]
        let state: BlockState
        let confirmations: UInt32
        var reason = ""
    }

    private static let refusal = Step.offered([.rejected(reason: "bad-cb-amount")])
    private static let again = Step.offered([.rejected(reason: "duplicate-invalid")])
    private static let early = Step.offered([.rejected(reason: "prev-blk-not-found")])

    private static let stories: [Story] = [
        Story(title: "new", steps: [], state: .submitted, confirmations: 0),
        Story(title: "an acceptance alone", steps: [.offered([.accepted])], state: .submitted, confirmations: 0),
        Story(
            title: "on the chain",
            steps: [.offered([.accepted]), .saw(.itself(confirmations: 1))],
            state: .accepted,
            confirmations: 1
        ),
        Story(
            title: "on the chain though nobody answered",
            steps: [.offered([]), .saw(.itself(confirmations: 1))],
            state: .accepted,
            confirmations: 1
        ),
        Story(
            title: "on the chain though refused",
            steps: [refusal, refusal, refusal, .saw(.itself(confirmations: 2))],
            state: .accepted,
            confirmations: 2
        ),
        Story(
            title: "one short of confirmed",
            steps: [.saw(.itself(confirmations: 99))],
            state: .accepted,
            confirmations: 99
        ),
        Story(title: "confirmed", steps: [.saw(.itself(confirmations: 100))], state: .confirmed, confirmations: 100),
        Story(
            title: "orphaned after it was on the chain",
            steps: [.offered([.accepted]), .saw(.itself(confirmations: 3)), .saw(.other(confirmations: 4))],
            state: .orphaned,
            confirmations: 0
        ),
        Story(
            title: "back from an orphan",
            steps: [.saw(.itself(confirmations: 3)), .saw(.other(confirmations: 4)), .saw(.itself(confirmations: 5))],
            state: .accepted,
            confirmations: 5
        ),
        Story(
            title: "the chain shrank below it",
            steps: [.saw(.itself(confirmations: 1)), .saw(.nothing)],
            state: .submitted,
            confirmations: 0
        ),
        Story(
            title: "late: a good block beside the chain",
            steps: [.offered([.inconclusive]), .saw(.other(confirmations: 1))],
            state: .orphaned,
            confirmations: 0
        ),
        Story(
            title: "known to a node, another in its place",
            steps: [.offered([.duplicate]), .saw(.other(confirmations: 1))],
            state: .orphaned,
            confirmations: 0
        ),
        Story(
            title: "another in its place before any node answered",
            steps: [.offered([]), .saw(.other(confirmations: 1))],
            state: .submitted,
            confirmations: 0
        ),
        Story(
            title: "another in its place for good, and no node ever answered",
            steps: [.offered([]), .saw(.other(confirmations: 100))],
            state: .orphaned,
            confirmations: 0
        ),
        Story(
            title: "refused twice",
            steps: [refusal, refusal, .saw(.nothing)],
            state: .submitted,
            confirmations: 0,
            reason: "bad-cb-amount"
        ),
        Story(
            title: "refused for good, with the first reason",
            steps: [refusal, again, again, .saw(.nothing)],
            state: .rejected,
            confirmations: 0,
            reason: "bad-cb-amount"
        ),
        Story(
            title: "refused for good, nothing but a repeat known",
            steps: [again, again, again],
            state: .rejected,
            confirmations: 0,
            reason: "duplicate-invalid"
        ),
        Story(
            title: "one node takes what another refuses",
            steps: [.offered([.rejected(reason: "x"), .accepted]), refusal, refusal, refusal],
            state: .submitted,
            confirmations: 0,
            reason: "bad-cb-amount"
        ),
        Story(
            title: "refusals are forgotten once a node takes it",
            steps: [refusal, refusal, .offered([.inconclusive]), refusal, refusal],
            state: .submitted,
            confirmations: 0,
            reason: "bad-cb-amount"
        ),
        Story(
            title: "a node that lacks the block before",
            steps: [early, early, early, early, .saw(.nothing)],
            state: .submitted,
            confirmations: 0,
            reason: "prev-blk-not-found"
        ),
        Story(
            title: "no node ever got the block before",
            steps: [early, early, early, .saw(.other(confirmations: 10))],
            state: .rejected,
            confirmations: 0,
            reason: "prev-blk-not-found"
        ),
    ]

    @Test(arguments: stories.indices) func theChainDecidesAndAnswersOnlyExplain(index: Int) {
        let story = Self.stories[index]
        var fate = CandidateFate(confirmationCount: 100)
        for step in story.steps {
            switch step {
            case .offered(let answers): fate.offered(answers, atMs: 0)
            case .saw(let sighting): fate.saw(sighting)
            }
        }
        #expect(fate.state == story.state, "\(story.title)")
        #expect(fate.confirmations == story.confirmations, "\(story.title)")
        #expect(fate.reason == story.reason, "\(story.title)")
    }

    @Test func itIsOfferedAgainWithGrowingPausesUntilTheChainHasIt() {
        var fate = CandidateFate(confirmationCount: 100)
        #expect(fate.wantsOffer(atMs: 0))
        var now: UInt64 = 0
        for pause: UInt64 in [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
            fate.offered([], atMs: now)
            #expect(!fate.wantsOffer(atMs: now + pause - 1))
            #expect(fate.wantsOffer(atMs: now + pause))
            now += pause
        }
        fate.saw(.itself(confirmations: 1))
        #expect(!fate.wantsOffer(atMs: now + 10_000_000))
        // The chain went back below it.
        fate.saw(.nothing)
        #expect(fate.wantsOffer(atMs: now))
    }

    @Test func aBlockThatLostItsPlaceIsOfferedOnlyUntilSomeNodeHasIt() {
        var fate = CandidateFate(confirmationCount: 100)
        fate.saw(.other(confirmations: 1))
        var now: UInt64 = 0
        // Nobody could be reached, and the pauses go on growing.
        for pause: UInt64 in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600] {
            fate.offered([], atMs: now)
            #expect(!fate.wantsOffer(atMs: now + pause * 1_000 - 1))
            #expect(fate.wantsOffer(atMs: now + pause * 1_000))
            now += pause * 1_000
        }
        var buried = fate
        buried.saw(.other(confirmations: 9))
        #expect(buried.wantsOffer(atMs: now))
        buried.saw(.other(confirmations: 10))
        #expect(!buried.wantsOffer(atMs: now))
        for answer: SubmitAnswer in [.accepted, .inconclusive, .duplicate] {
            var known = fate
            known.offered([.rejected(reason: "prev-blk-not-found"), answer], atMs: now)
            #expect(!known.wantsOffer(atMs: now + 10_000_000), "\(answer)")
            known.saw(.nothing)
            #expect(known.wantsOffer(atMs: now + 60_000), "\(answer)")
        }
        fate.saw(.itself(confirmations: 1))
        fate.saw(.other(confirmations: 2))
        #expect(!fate.wantsOffer(atMs: now + 10_000_000))
    }

    @Test func whatLiesBelowAnEndThatStandsOnlyGetsDeeper() {
        var fate = CandidateFate(confirmationCount: 100)
        fate.sank(by: 3)
        #expect(fate.sighting == .nothing)
        fate.saw(.other(confirmations: 1))
        fate.sank(by: 3)
        #expect(fate.sighting == .other(confirmations: 4))
        fate.saw(.itself(confirmations: 98))
        fate.sank(by: 2)
        #expect(fate.state == .confirmed)
        #expect(fate.confirmations == 100)
        fate.sank(by: .max)
        #expect(fate.confirmations == .max)
    }

    /// Twice as deep as deep enough is past what a count holds, and not back at its beginning.
    @Test func aDepthPastAllCountsIsNeverReachedTooEarly() {
        let deepest = CandidateFate.Sighting.itself(confirmations: 1 << 31)
        var fate = CandidateFate(confirmationCount: 1 << 31)
        fate.saw(deepest)
        #expect(fate.state == .confirmed)
        #expect(!fate.isSettled(stage: .confirmed))
        fate.saw(.itself(confirmations: .max))
        #expect(fate.isSettled(stage: .confirmed))
    }

    @Test func aRejectedBlockIsOfferedNoMore() {
        var fate = CandidateFate(confirmationCount: 100)
        for _ in 0..<3 { fate.offered([.rejected(reason: "bad-txns")], atMs: 0) }
        #expect(!fate.wantsOffer(atMs: 1_000_000))
    }

    @Test func itIsSettledOnlyWhenTheLedgerKnowsItsEnd() {
        let cases: [(sighting: CandidateFate.Sighting, isRefused: Bool, stage: BlockStage, isSettled: Bool)] = [
            (.itself(confirmations: 200), false, .confirmed, true),
            (.itself(confirmations: 200), false, .immature, false),
            (.itself(confirmations: 199), false, .confirmed, false),
            (.itself(confirmations: 100), false, .confirmed, false),
            (.other(confirmations: 200), false, .orphaned, true),
            (.other(confirmations: 199), false, .orphaned, false),
            (.other(confirmations: 200), false, .immature, false),
            (.other(confirmations: 10), true, .rejected, true),
            (.other(confirmations: 9), true, .rejected, false),
            (.nothing, true, .rejected, false),
            (.nothing, false, .candidate, false),
        ]
        for (sighting, isRefused, stage, isSettled) in cases {
            var fate = CandidateFate(confirmationCount: 100)
            for _ in 0..<3 { fate.offered([isRefused ? .rejected(reason: "bad") : .accepted], atMs: 0) }
            fate.saw(sighting)
            #expect(fate.isSettled(stage: stage) == isSettled, "\(sighting), \(stage)")
        }
    }
}
