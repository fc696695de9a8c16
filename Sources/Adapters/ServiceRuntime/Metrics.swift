import Synchronization

/// Every figure of one process, as Prometheus reads them.
///
/// Asking for a metric again gives the same one: call it once, in an `init`, and keep the result.
package final class Metrics: Sendable {
    private struct Family {
        let kind: String
        let help: String
        var series: [String: any MetricSeries] = [:]
    }

    private let families = Mutex<[String: Family]>([:])

    package init() {}

    /// A number that only grows; by custom its name ends in `_total`.
    package func counter(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Counter {
        series(name, kind: "counter", help: help, labels: labels) { Counter() }
    }

    /// A number that goes up and down.
    package func gauge(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        series(name, kind: "gauge", help: help, labels: labels) { Gauge() }
    }

    /// How long something takes; by custom its name ends in `_seconds`.
    package func histogram(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Histogram {
        series(name, kind: "histogram", help: help, labels: labels) { Histogram() }
    }

    /// The Prometheus text exposition format, version 0.0.4.
    package var exposition: String {
        families.withLock { families in
            families.sorted { $0.key < $1.key }.map { name, family in
                let lines = family.series.sorted { $0.key < $1.key }.flatMap { $1.lines(name: name, labels: $0) }
                return "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind)\n" + lines.joined(separator: "\n")
                    + "\n"
            }.joined()
        }
    }

    private func series<Series: MetricSeries>(
        _ name: String,
        kind: String,
        help: String,
        labels: KeyValuePairs<String, String>,
        make: () -> Series
    ) -> Series {
        let key = labels.map { "\($0.key)=\($0.value.debugDescription)" }.joined(separator: ",")
        return families.withLock { families in
            if let known = families[name, default: Family(kind: kind, help: help)].series[key] as? Series {
                return known
            }
            let new = make()
            families[name, default: Family(kind: kind, help: help)].series[key] = new
            return new
        }
    }
}

/// The values of one metric under one set of labels.
protocol MetricSeries: Sendable {
    func lines(name: String, labels: String) -> [String]
}

package final class Counter: MetricSeries {
    private let value = Atomic<UInt64>(0)

    package func increment(by amount: UInt64 = 1) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    package var current: UInt64 { value.load(ordering: .relaxed) }

    func lines(name: String, labels: String) -> [String] {
        ["\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(current)"]
    }
}

package final class Gauge: MetricSeries {
    private let value = Atomic<Int64>(0)

    package func set(_ new: Int64) { value.store(new, ordering: .relaxed) }
    package func add(_ amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    package var current: Int64 { value.load(ordering: .relaxed) }

    func lines(name: String, labels: String) -> [String] {
        ["\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(current)"]
    }
}

package final class Histogram: MetricSeries {
    /// Upper bounds in microseconds: from a tenth of a millisecond to ten seconds.
    private static let boundsMicroseconds: [UInt64] = [
        100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        5_000_000, 10_000_000,
    ]

    private struct State {
        var counts = [UInt64](repeating: 0, count: Histogram.boundsMicroseconds.count)
        var count: UInt64 = 0
        var sumMicroseconds: UInt64 = 0
    }

    private let state = Mutex(State())

    package func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let microseconds = UInt64(max(0, seconds)) * 1_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000_000)
        state.withLock { state in
            state.count += 1
            state.sumMicroseconds += microseconds
            guard let bucket = Self.boundsMicroseconds.firstIndex(where: { microseconds <= $0 }) else { return }
            state.counts[bucket] += 1
        }
    }

    func lines(name: String, labels: String) -> [String] {
        let state = state.withLock { $0 }
        let prefix = labels.isEmpty ? "" : labels + ","
        var cumulative: UInt64 = 0
        let buckets = zip(Self.boundsMicroseconds, state.counts).map { bound, count in
            cumulative += count
            return "\(name)_bucket{\(prefix)le=\"\(Double(bound) / 1_000_000)\"} \(cumulative)"
        }
        let suffix = labels.isEmpty ? "" : "{\(labels)}"
        return buckets + [
            "\(name)_bucket{\(prefix)le=\"+Inf\"} \(state.count)",
            "\(name)_sum\(suffix) \(Double(state.sumMicroseconds) / 1_000_000)",
            "\(name)_count\(suffix) \(state.count)",
        ]
    }
}
