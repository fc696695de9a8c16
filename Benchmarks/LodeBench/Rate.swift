import JSON

/// How often something can be done in one second of processor time.
///
/// Processor time, not wall time: what other processes take does not count.
struct Rate {
    private static let runCount = 5
    private static let runDuration: Duration = .milliseconds(300)

    let perCPUSecond: Double

    /// The median of several runs, each long enough to measure.
    ///
    /// - Parameters:
    ///   - count: How often one call of `work` does it.
    ///   - work: Runs on this thread.
    init(of count: Int, _ work: () -> Void) {
        work()  // warm caches, and memory that is there
        var repeats = 1
        while Self.cpuTime(of: work, repeats) < Self.runDuration / 4 { repeats *= 2 }
        repeats = max(1, Int(Double(repeats) * (Self.runDuration / Self.cpuTime(of: work, repeats))))
        let rates = (0..<Self.runCount).map { _ in
            Double(count * repeats) / (Self.cpuTime(of: work, repeats) / .seconds(1))
        }
        perCPUSecond = rates.sorted()[Self.runCount / 2]
    }

    var json: JSON { ["per_cpu_second": JSON(UInt64(perCPUSecond))] }

    /// With how many times as fast as `reference` it is.
    func json(against reference: Rate) -> JSON {
        [
            "per_cpu_second": JSON(UInt64(perCPUSecond)),
            "ratio": JSON(hundredthsOf: perCPUSecond / reference.perCPUSecond),
        ]
    }

    private static func cpuTime(of work: () -> Void, _ repeats: Int) -> Duration {
        let start = ThreadTime.now
        for _ in 0..<repeats { work() }
        return max(ThreadTime.now - start, .nanoseconds(1))
    }
}
