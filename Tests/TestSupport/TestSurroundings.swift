package import ServiceRuntime
import Synchronization

/// Keeps a log's lines, for a test to look into.
package final class LogLines: LogSink {
    private let kept = Mutex<[String]>([])

    package init() {}

    package func write(_ line: String) {
        kept.withLock { $0.append(line) }
    }

    package var lines: [String] { kept.withLock(\.self) }
}

extension Surroundings {
    /// What a service needs, with nothing shared between tests.
    package static func test(clock: any WallClock = SystemClock(), log lines: LogLines = LogLines()) -> Surroundings {
        Surroundings(
            log: Log(service: "test", minimum: .debug, clock: clock, sink: lines),
            metrics: Metrics(),
            health: Health(),
            clock: clock
        )
    }
}
