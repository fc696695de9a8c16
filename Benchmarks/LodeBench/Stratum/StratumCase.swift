import JSON

/// One way to load a pool with shares.
struct StratumCase: Sendable {
    enum Load: Sendable {
        /// Each connection keeps so many shares under way.
        case outstanding(Int)
        /// So many shares a second come, whatever becomes of them.
        case perSecond(Int)
    }

    let name: String
    let connectionCount: Int
    let load: Load

    /// Its answer times are those of single shares, and not of a queue.
    var isOpenLoop: Bool {
        if case .perSecond = load { true } else { false }
    }

    static let all = [
        StratumCase(name: "5000_connections_1_outstanding", connectionCount: 5_000, load: .outstanding(1)),
        StratumCase(name: "1000_connections_2_outstanding", connectionCount: 1_000, load: .outstanding(2)),
        StratumCase(name: "1000_connections_10000_a_second", connectionCount: 1_000, load: .perSecond(10_000)),
        StratumCase(name: "1000_connections_5000_a_second", connectionCount: 1_000, load: .perSecond(5_000)),
    ]

    private static let warmTime: Duration = .seconds(1)
    private static let time: Duration = .seconds(5)

    /// What a case came to.
    struct Outcome {
        /// All shares, those before and after the time that is measured too.
        var counts = LoadCounts()
        let measured: LoadCounts
        let elapsed: Duration
        let own: Duration
        let database: Duration
        let load: Duration
        let isSettled: Bool

        var acceptedPerCPUSecond: Double { Double(measured.accepted) / max(own / .seconds(1), 0.001) }

        var json: JSON {
            var fields = JSONObject()
            fields["accepted_per_second"] = JSON(UInt64(Double(measured.accepted) / (elapsed / .seconds(1))))
            fields["accepted_per_cpu_second"] = JSON(UInt64(acceptedPerCPUSecond))
            fields["cpu_us_per_share"] = perShare(own)
            if database > .zero { fields["database_cpu_us_per_share"] = perShare(database) }
            fields["load_cpu_us_per_share"] = perShare(load)
            fields["answer_us"] = Percentiles(measured.answerTimes).json
            fields["answer_us_from_when_due"] = Percentiles(measured.dueTimes).json
            fields["refused"] = .object(counts.refusedJSON)
            fields["unmatched_answers"] = JSON(counts.unmatched)
            fields["closed_connections"] = JSON(counts.closed)
            fields["all_answered"] = JSON(isSettled)
            return .object(fields)
        }

        private func perShare(_ time: Duration) -> JSON {
            JSON(hundredthsOf: time / .microseconds(1) / Double(max(1, measured.accepted)))
        }
    }

    /// Connects, loads, measures and disconnects; `cpu` tells what the pool and its database have used so far.
    func run(
        _ load: StratumLoad,
        _ door: LoadDesk.Door,
        cpu: @escaping @Sendable () async -> (own: Duration, database: Duration)
    ) async throws -> Outcome {
        try await load.connect(connectionCount, to: door)
        let end = ContinuousClock.now + Self.warmTime + Self.time
        async let submitted: Void = send(load, until: end)
        try await Task.sleep(for: Self.warmTime)
        let warm = await load.takeCounts()
        let (cpuBefore, loadBefore, start) = (await cpu(), await load.cpu, ContinuousClock.now)
        try await Task.sleep(until: end)
        let measured = await load.takeCounts()
        let (cpuAfter, loadAfter, stop) = (await cpu(), await load.cpu, ContinuousClock.now)
        await submitted
        let isSettled = await load.settle()
        await load.disconnect()
        let rest = await load.takeCounts()
        return Outcome(
            counts: warm + measured + rest,
            measured: measured,
            elapsed: stop - start,
            own: cpuAfter.own - cpuBefore.own,
            database: cpuAfter.database - cpuBefore.database,
            load: loadAfter - loadBefore,
            isSettled: isSettled
        )
    }

    private func send(_ load: StratumLoad, until end: ContinuousClock.Instant) async {
        switch self.load {
        case .outstanding(let count): _ = await load.ask { $0.keepOutstanding(count) }
        case .perSecond(let rate): await load.submit(perSecond: rate) { ContinuousClock.now >= end }
        }
    }
}
