import Foundation
import TestSupport
import Testing

extension EndToEndTests {
    /// Every step of a block's and of a payout's life, on a real node and a real PostgreSQL, and what may befall the
    /// pool right before it and right after it.
    ///
    /// The table in `docs/testing.md` has a row for every step. Each run goes through the rows that decide something;
    /// `script/crash-matrix` goes through all of them, and with `--write` puts what it saw into the document.
    @Suite struct CrashMatrixTests {
        private enum Extent: String {
            case deciding
            case all
            case write
        }

        /// Pools that go through lives at the same time: most of a life is waiting.
        private static let runCount = 4
        private static let repetitionCountMax = 2

        private static let extent =
            ProcessInfo.processInfo.environment["CRASH_MATRIX"].flatMap(Extent.init(rawValue:)) ?? .deciding

        @Test func crashedAtAnyStepEachPayoutIsOnTheChainOnce() async throws {
            let documented = try CrashMatrix.documented()
            var runs: [CrashRun] = []
            for _ in 0..<Self.runCount { runs.append(CrashRun(try await PrivatePostgres(isForgetful: true))) }
            let ordinary = try await runs[0].record()
            var block = CrashPart(steps: ordinary.blockSteps.filter(Self.isWanted))
            var payout = CrashPart(steps: ordinary.payoutSteps.filter(Self.isWanted))
            let known = Set(ordinary.blockSteps + ordinary.payoutSteps)
            let lives = CrashFault.allCases.flatMap { fault in
                (0..<max(block.rows.count, payout.rows.count)).map { index in
                    CrashRun.Life(block: block.spots(index, fault), payout: payout.spots(index, fault))
                }
            }
            for (life, seen) in await Self.seen(lives, runs) {
                block.note(seen.block, seen.blockSteps, life.block, known)
                payout.note(seen.payout, seen.payoutSteps, life.payout, known)
            }
            if Self.extent != .deciding { await Self.crashRecoveries(runs, &block, &payout) }
            for run in runs { await run.end() }
            if Self.extent == .write {
                return try CrashMatrix(rows: block.rows + block.recovery + payout.rows + payout.recovery).writeDown()
            }
            let new = known.subtracting(documented.ordinarySteps)
            #expect(new == [], "steps without a row in docs/testing.md: script/crash-matrix --write makes them")
            #expect(documented.ordinarySteps.subtracting(known) == [], "rows in docs/testing.md that no life takes")
            for part in [block, payout] { Self.compare(part, documented) }
        }

        /// A recovery has steps of its own: at them the next fault strikes.
        private static func crashRecoveries(
            _ runs: [CrashRun],
            _ block: inout CrashPart,
            _ payout: inout CrashPart
        ) async {
            let lives = CrashFault.allCases.flatMap { fault in
                (0..<max(block.recovery.count, payout.recovery.count)).map { index in
                    CrashRun.Life(block: block.recoverySpots(index, fault), payout: payout.recoverySpots(index, fault))
                }
            }
            for (life, seen) in await Self.seen(lives, runs) {
                block.noteRecovery(seen.block, life.block)
                payout.noteRecovery(seen.payout, life.payout)
            }
        }

        /// Goes through all lives, as many at a time as there are runs.
        private static func seen(
            _ lives: [CrashRun.Life],
            _ runs: [CrashRun]
        ) async -> [(life: CrashRun.Life, seen: CrashRun.Seen)] {
            await withTaskGroup(of: [(Int, CrashRun.Seen)].self) { group in
                for (number, run) in runs.enumerated() {
                    group.addTask {
                        var results: [(Int, CrashRun.Seen)] = []
                        for index in stride(from: number, to: lives.count, by: runs.count) {
                            var seen = await run.seen(lives[index])
                            // Now and then the chain is quicker than a report, which then has other news.
                            for _ in 0..<repetitionCountMax where !seen.isReached {
                                seen = await run.seen(lives[index])
                            }
                            tell(lives[index], seen)
                            results.append((index, seen))
                        }
                        return results
                    }
                }
                let all = await group.reduce(into: []) { $0 += $1 }
                return all.sorted { $0.0 < $1.0 }.map { (lives[$0.0], $0.1) }
            }
        }

        /// A step that changes what the chain or the books say; or any, when all are gone through.
        private static func isWanted(_ step: String) -> Bool {
            extent != .deciding || step.hasPrefix("COMMIT of INSERT transfers") || step == "submitblock"
                || step == "UPDATE payouts signed" || step == "sendrawtransaction"
        }

        private static func compare(_ part: CrashPart, _ documented: CrashMatrix.Documented) {
            for row in part.rows + part.recovery {
                for (fault, cell) in row.cells where cell != CrashMatrix.notReached || row.cause == nil {
                    #expect(cell == CrashMatrix.good, "\(row.title), \(fault.rawValue)")
                    let written = documented.cells[row.title]?[fault]
                    #expect(
                        [cell, CrashMatrix.notReached, nil].contains(written),
                        "\(row.title), \(fault.rawValue), in docs/testing.md"
                    )
                }
            }
            let new = Set(part.recovery.map(\.step)).subtracting(documented.steps)
            #expect(new == [], "steps of a recovery without a row: script/crash-matrix --write makes them")
        }

        /// A line for who waits for the whole.
        private static func tell(_ life: CrashRun.Life, _ seen: CrashRun.Seen) {
            guard extent != .deciding, let fault = (life.block + life.payout).last?.fault else { return }
            let words = zip([life.block, life.payout], [seen.block, seen.payout]).compactMap { spots, cell in
                spots.last.map { "\($0.step): \(cell)" }
            }
            FileHandle.standardError.write(Data("\(fault.rawValue): \(words.joined(separator: ", "))\n".utf8))
        }
    }
}
