/// The rows of the block, or of the payout.
struct CrashPart {
    private(set) var rows: [CrashMatrix.Row]
    /// Those of steps that only recoveries take.
    private(set) var recovery: [CrashMatrix.Row] = []

    init(steps: [String]) {
        rows = steps.map { CrashMatrix.Row(step: $0) }
    }

    /// What is to befall the life of a row; nothing past the last one.
    func spots(_ index: Int, _ fault: CrashFault) -> [CrashSpot] {
        guard rows.indices.contains(index), fault.applies(to: rows[index].step) else { return [] }
        return [CrashSpot(fault: fault, step: rows[index].step)]
    }

    /// The same for a row of a recovery, which has a cause.
    func recoverySpots(_ index: Int, _ fault: CrashFault) -> [CrashSpot] {
        guard recovery.indices.contains(index), let cause = recovery[index].cause,
            fault.applies(to: recovery[index].step)
        else { return [] }
        return [cause, CrashSpot(fault: fault, step: recovery[index].step)]
    }

    /// Fills a row's cell; steps of the life that nobody has met before become rows of a recovery.
    mutating func note(_ cell: String, _ steps: [String], _ spots: [CrashSpot], _ known: Set<String>) {
        guard let spot = spots.last, let index = rows.firstIndex(where: { $0.step == spot.step }) else { return }
        rows[index].cells[spot.fault] = cell
        for step in steps where !known.contains(step) && !recovery.contains(where: { $0.step == step }) {
            recovery.append(CrashMatrix.Row(step: step, cause: spot))
        }
    }

    mutating func noteRecovery(_ cell: String, _ spots: [CrashSpot]) {
        guard let spot = spots.last, let index = recovery.firstIndex(where: { $0.step == spot.step }) else { return }
        recovery[index].cells[spot.fault] = cell
    }
}
