import TestSupport

/// What befalls the pool at a step: a column of the matrix.
enum CrashFault: String, CaseIterable, Sendable {
    case lodeKilledBefore = "lode killed before"
    case lodeKilledAfter = "lode killed after"
    case postgresKilledBefore = "Postgres killed before"
    case postgresKilledAfter = "Postgres killed after"
    case nodeKilledBefore = "node killed before"
    case nodeKilledAfter = "node killed after"
    case answerLost = "answer lost"

    var moment: FaultDirector.Moment {
        switch self {
        case .lodeKilledBefore, .postgresKilledBefore, .nodeKilledBefore: .before
        case .lodeKilledAfter, .postgresKilledAfter, .nodeKilledAfter, .answerLost: .after
        }
    }

    /// Whether it can befall a step: a file gives no answer.
    func applies(to step: String) -> Bool {
        self != .answerLost || step != FaultDirector.storing
    }

    func trap(at step: String, of pool: FaultyPool) -> FaultDirector.Trap {
        FaultDirector.Trap(step: step, moment: moment) {
            switch self {
            case .lodeKilledBefore, .lodeKilledAfter:
                await pool.killLode()
                return .cut
            case .postgresKilledBefore, .postgresKilledAfter:
                await pool.killPostgres()
                return .pass
            case .nodeKilledBefore, .nodeKilledAfter:
                await pool.killNode()
                return .pass
            case .answerLost:
                return .cut
            }
        }
    }
}

/// A fault at a step.
struct CrashSpot: Hashable, Sendable {
    let fault: CrashFault
    let step: String
}
