import TestSupport
import Testing

extension EndToEndTests {
    /// Every step of a block's and of a payout's life, on a real node and a real PostgreSQL, and what may befall the
    /// pool right before it and right after it.
    ///
    /// The tables in `docs/testing.md` have a row for every step. Each run goes through the rows that decide something;
    /// `script/crash-matrix` goes through all of them, and with `--write` puts what it saw into the document.
    @Suite struct CrashMatrixTests {
        private let extent = CrashExtent.current

        @Test func crashedAtAnyStepEachPayoutIsOnTheChainOnce() async throws {
            let documented = try CrashMatrix.documented()
            let survey = try await CrashSurvey(extent)
            let ordinary = try await survey.record()
            var block = CrashPart(steps: ordinary.blockSteps.filter(extent.isWanted))
            var payout = CrashPart(steps: ordinary.payoutSteps.filter(extent.isWanted))
            let known = Set(ordinary.blockSteps + ordinary.payoutSteps)
            for (life, seen) in await survey.seen(CrashSurvey.lives(.ordinary, block, payout)) {
                block.note(seen.block, seen.blockSteps, life.block, known)
                payout.note(seen.payout, seen.payoutSteps, life.payout, known)
            }
            if extent != .deciding { await survey.crashRecoveries(.ordinary, &block, &payout) }
            await survey.end()
            if extent == .write {
                return try CrashMatrix(rows: block.rows + block.recovery + payout.rows + payout.recovery).writeDown()
            }
            let new = known.subtracting(documented.ordinarySteps)
            #expect(new == [], "steps without a row in docs/testing.md: script/crash-matrix --write makes them")
            #expect(documented.ordinarySteps.subtracting(known) == [], "rows in docs/testing.md that no life takes")
            for part in [block, payout] { CrashSurvey.compare(part, documented) }
        }

        /// Lives that an ordinary one is not: orphaned, raised, taken back, cancelled, signed elsewhere.
        @Test func onAnyOtherWayEachPayoutIsOnTheChainOnceToo() async throws {
            let survey = try await CrashSurvey(extent)
            var ways =
                try await extent == .deciding ? CrashKind.further.map(CrashWays.init(deciding:)) : recorded(survey)
            let faults = extent == .deciding ? CrashWays.decidingFaults : CrashFault.allCases
            let lives = ways.flatMap { CrashSurvey.lives($0.kind, $0.block, $0.payout, faults) }
            let known = try ways.reduce(into: CrashMatrix.documented().steps) { $0.formUnion($1.steps) }
            for (life, seen) in await survey.seen(lives) {
                for place in ways.indices where ways[place].kind == life.kind {
                    ways[place].note(seen, of: life, known)
                }
            }
            for place in ways.indices where extent != .deciding { await ways[place].crashRecoveries(survey) }
            await survey.end()
            for way in ways { try extent == .write ? way.writeDown() : way.compare() }
        }

        /// One life of each kind without faults tells the steps of its ways.
        private func recorded(_ survey: CrashSurvey) async throws -> [CrashWays] {
            let ordinary = try CrashMatrix.documented().ordinarySteps
            return try await survey.seen(CrashKind.further.map { CrashRun.Life(kind: $0, block: [], payout: []) }).map {
                try #require($0.seen.block == CrashMatrix.good, "\($0.seen.block)")
                return CrashWays(of: $0.life.kind, $0.seen, besides: ordinary)
            }
        }
    }
}
