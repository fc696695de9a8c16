import Foundation
import TestSupport
import Testing

/// Goes through lives, and holds what was seen against the document.
struct CrashSurvey {
    /// Pools that go through lives at the same time: most of a life is waiting.
    private static let runCount = 4
    private static let repetitionCountMax = 2

    private let runs: [CrashRun]
    private let extent: CrashExtent

    init(_ extent: CrashExtent) async throws {
        var runs: [CrashRun] = []
        for _ in 0..<Self.runCount { runs.append(CrashRun(try await PrivatePostgres(isForgetful: true))) }
        self.runs = runs
        self.extent = extent
    }

    /// One ordinary life without faults.
    func record() async throws -> CrashRun.Seen { try await runs[0].record() }

    func end() async {
        for run in runs { await run.end() }
    }

    /// Goes through all lives, as many at a time as there are runs; in their order.
    func seen(_ lives: [CrashRun.Life]) async -> [(life: CrashRun.Life, seen: CrashRun.Seen)] {
        let line = LifeLine(lives)
        return await withTaskGroup(of: [(Int, CrashRun.Seen)].self) { group in
            for run in runs {
                group.addTask {
                    var results: [(Int, CrashRun.Seen)] = []
                    var kind: CrashKind?
                    while let (index, life) = await line.next(after: kind) {
                        kind = life.kind
                        var seen = await run.seen(life)
                        // Now and then the chain is quicker than a report, which then has other news.
                        for _ in 0..<Self.repetitionCountMax where !seen.isReached { seen = await run.seen(life) }
                        tell(life, seen)
                        results.append((index, seen))
                    }
                    return results
                }
            }
            let all = await group.reduce(into: []) { $0 += $1 }
            return all.sorted { $0.0 < $1.0 }.map { (lives[$0.0], $0.1) }
        }
    }

    /// Lives with a fault at each row.
    static func lives(
        _ kind: CrashKind,
        _ block: CrashPart,
        _ payout: CrashPart,
        _ faults: [CrashFault] = CrashFault.allCases
    ) -> [CrashRun.Life] {
        faults.flatMap { fault in
            (0..<max(block.rows.count, payout.rows.count)).map { index in
                CrashRun.Life(kind: kind, block: block.spots(index, fault), payout: payout.spots(index, fault))
            }
        }
    }

    /// A recovery has steps of its own: at them the next fault strikes.
    func crashRecoveries(_ kind: CrashKind, _ block: inout CrashPart, _ payout: inout CrashPart) async {
        let lives = CrashFault.allCases.flatMap { fault in
            (0..<max(block.recovery.count, payout.recovery.count)).map { index in
                CrashRun.Life(
                    kind: kind,
                    block: block.recoverySpots(index, fault),
                    payout: payout.recoverySpots(index, fault)
                )
            }
        }
        for (life, seen) in await seen(lives) {
            block.noteRecovery(seen.block, life.block)
            payout.noteRecovery(seen.payout, life.payout)
        }
    }

    static func compare(_ part: CrashPart, _ documented: CrashMatrix.Documented) {
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
    private func tell(_ life: CrashRun.Life, _ seen: CrashRun.Seen) {
        guard extent != .deciding, let fault = (life.block + life.payout).last?.fault else { return }
        let words = zip([life.block, life.payout], [seen.block, seen.payout]).compactMap { spots, cell in
            spots.last.map { "\($0.step): \(cell)" }
        }
        FileHandle.standardError.write(Data("\(fault.rawValue): \(words.joined(separator: ", "))\n".utf8))
    }
}
