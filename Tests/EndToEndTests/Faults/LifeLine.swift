/// Lives that wait for a pool.
actor LifeLine {
    private var waiting: [(index: Int, life: CrashRun.Life)]
    /// How many pools each kind was begun with.
    private var poolCounts: [CrashKind: Int] = [:]

    init(_ lives: [CrashRun.Life]) {
        waiting = lives.enumerated().map { (index: $0.offset, life: $0.element) }
    }

    /// One of the kind that the asker's pool is made for, or else of the one that the fewest have begun with.
    func next(after kind: CrashKind?) -> (index: Int, life: CrashRun.Life)? {
        if let place = waiting.firstIndex(where: { $0.life.kind == kind }) { return waiting.remove(at: place) }
        let fewest = waiting.enumerated().min {
            poolCounts[$0.element.life.kind, default: 0] < poolCounts[$1.element.life.kind, default: 0]
        }
        guard let place = fewest?.offset else { return nil }
        poolCounts[waiting[place].life.kind, default: 0] += 1
        return waiting.remove(at: place)
    }
}
