import Testing

/// The rows of both ways of a kind of life.
struct CrashWays {
    /// What befalls the deciding steps in each test run: the one when what was done is known to nobody, the other when
    /// only the answer is.
    static let decidingFaults: [CrashFault] = [.lodeKilledAfter, .answerLost]

    let kind: CrashKind
    var block: CrashPart
    var payout: CrashPart

    init(deciding kind: CrashKind) {
        self.kind = kind
        block = CrashPart(steps: kind.block.deciding)
        payout = CrashPart(steps: kind.payout.deciding)
    }

    /// The steps that were seen on them, `besides` those of an ordinary life where that says the same of them.
    init(of kind: CrashKind, _ seen: CrashRun.Seen, besides ordinary: Set<String>) {
        self.kind = kind
        block = CrashPart(steps: kind.block.rows(seen.ownBlockSteps, besides: ordinary))
        payout = CrashPart(steps: kind.payout.rows(seen.ownPayoutSteps, besides: ordinary))
    }

    var steps: [String] { (block.rows + payout.rows).map(\.step) }

    private var parts: [(way: String, part: CrashPart)] {
        (kind.block == .straight ? [] : [(kind.block.rawValue, block)])
            + (kind.payout == .straight ? [] : [(kind.payout.rawValue, payout)])
    }

    mutating func note(_ seen: CrashRun.Seen, of life: CrashRun.Life, _ known: Set<String>) {
        block.note(seen.block, seen.blockSteps, life.block, known)
        payout.note(seen.payout, seen.payoutSteps, life.payout, known)
    }

    mutating func crashRecoveries(_ survey: CrashSurvey) async {
        await survey.crashRecoveries(kind, &block, &payout)
    }

    func writeDown() throws {
        for (way, part) in parts { try CrashMatrix(way: way, rows: part.rows + part.recovery).writeDown() }
    }

    func compare() throws {
        for (way, part) in parts {
            let documented = try CrashMatrix.documented(way)
            let new = Set(part.rows.map(\.step)).subtracting(documented.ordinarySteps)
            #expect(new == [], "steps without a row in docs/testing.md: script/crash-matrix --write makes them")
            CrashSurvey.compare(part, documented)
        }
    }
}
