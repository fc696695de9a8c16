import Messages
import ServiceRuntime

/// The watcher's figures.
struct WatcherMetrics: Sendable {
    let submitSeconds: Histogram
    let found: Counter
    let reorganisations: Counter
    let tipHeight: Gauge
    let templates: Gauge
    private let states: [(state: BlockState, gauge: Gauge)]
    private let settled: [BlockState: Counter]

    init(_ metrics: Metrics) {
        submitSeconds = metrics.histogram(
            "lode_block_submit_seconds",
            help: "From a solved block's arrival to every node's answer."
        )
        found = metrics.counter("lode_blocks_found_total", help: "Solved blocks that arrived.")
        reorganisations = metrics.counter(
            "lode_chain_reorganisations_total",
            help: "Times that the best chain's end was replaced."
        )
        tipHeight = metrics.gauge("lode_chain_tip_height", help: "Height of the best chain's end.")
        templates = metrics.gauge("lode_chain_templates", help: "Templates held ready for a solved block.")
        states = Self.watched.map { state in
            let gauge = metrics.gauge(
                "lode_blocks_watched",
                help: "Blocks of ours whose fate is open, by state.",
                labels: ["state": state.label]
            )
            return (state, gauge)
        }
        settled = Dictionary(
            uniqueKeysWithValues: [.confirmed, .orphaned, .rejected].map { (state: BlockState) in
                let counter = metrics.counter(
                    "lode_blocks_settled_total",
                    help: "Blocks of ours whose fate is final, by state.",
                    labels: ["state": state.label]
                )
                return (state, counter)
            }
        )
    }

    func show(_ entries: [Watchlist.Entry]) {
        for (state, gauge) in states { gauge.set(Int64(entries.count { $0.fate.state == state })) }
    }

    func countSettled(_ state: BlockState) {
        settled[state]?.increment()
    }

    private static let watched: [BlockState] = [.submitted, .accepted, .rejected, .orphaned, .confirmed]
}

extension BlockState {
    /// As metrics and logs call it.
    var label: String {
        switch self {
        case .unspecified: "unspecified"
        case .submitted: "submitted"
        case .accepted: "accepted"
        case .rejected: "rejected"
        case .orphaned: "orphaned"
        case .confirmed: "confirmed"
        }
    }
}
