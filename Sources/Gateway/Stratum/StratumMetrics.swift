import EventLoop
import ServiceRuntime
import StratumProtocol

/// What is counted of Stratum connections.
struct StratumMetrics: Sendable {
    let connections: Gauge
    let blocks: Counter
    let malformed: Counter
    let floods: Counter
    let unauthorized: Counter
    let unjudged: Counter
    let refusedBanned: Counter
    let refusedHasty: Counter
    let bans: Counter
    let retargets: Counter
    private let verdicts: [Counter]
    private let refusals: Counter
    private let batches: Counter
    private let answers: Histogram
    private let notices: Histogram
    private let closings: [String: Counter]

    init(_ metrics: Metrics) {
        connections = metrics.gauge("lode_stratum_connections", help: "Open Stratum connections.")
        blocks = metrics.counter("lode_stratum_blocks_total", help: "Shares that solved a block.")
        malformed = metrics.counter("lode_stratum_malformed_total", help: "Lines that are no requests.")
        floods = metrics.counter("lode_stratum_floods_total", help: "Connections closed for too many lines.")
        unauthorized = metrics.counter("lode_stratum_unauthorized_total", help: "Names that were not let in.")
        unjudged = metrics.counter(
            "lode_stratum_unjudged_total",
            help: "Shares that no share service judged, and that miners were told so."
        )
        refusedBanned = metrics.counter("lode_stratum_banned_total", help: "Connections of banned addresses.")
        refusedHasty = metrics.counter(
            "lode_stratum_hasty_total",
            help: "Connections of addresses that begin them too fast."
        )
        bans = metrics.counter("lode_stratum_bans_total", help: "Addresses banned for invalid shares.")
        retargets = metrics.counter("lode_stratum_retargets_total", help: "Changes of a connection's difficulty.")
        verdicts = ShareVerdict.allCases.map { verdict in
            metrics.counter(
                "lode_stratum_shares_total",
                help: "Shares judged, by verdict.",
                labels: ["verdict": "\(verdict)"]
            )
        }
        refusals = metrics.counter(
            "lode_stratum_refused_total",
            help: "Shares that could not be judged: malformed, or of a job that is not known."
        )
        batches = metrics.counter("lode_stratum_batches_total", help: "Calls for judging, each with many shares.")
        answers = metrics.histogram(
            "lode_stratum_answer_seconds",
            help: "From the first share of a batch to its durable answer."
        )
        notices = metrics.histogram(
            "lode_stratum_notify_seconds",
            help: "From the news of a job to the last connection of a loop that was sent it."
        )
        closings = Dictionary(
            uniqueKeysWithValues: Self.closingNames.map { name in
                (
                    name,
                    metrics.counter(
                        "lode_stratum_closed_total",
                        help: "Connections that ended, by reason.",
                        labels: ["reason": name]
                    )
                )
            }
        )
    }

    func count(_ verdict: ShareVerdict) {
        verdicts[Int(verdict.rawValue)].increment()
    }

    func refused(_: StratumError) {
        refusals.increment()
    }

    func answered(after time: Duration) {
        batches.increment()
        answers.observe(time)
    }

    func notified(took time: Duration) {
        notices.observe(time)
    }

    func closed(_ closure: LinkClosure) {
        closings[Self.name(of: closure)]?.increment()
    }

    private static let closingNames = [
        "peer", "local", "line_too_long", "timed_out", "too_slow", "too_many", "bad_proxy_header", "tls_failed",
    ]

    private static func name(of closure: LinkClosure) -> String {
        switch closure {
        case .peer: "peer"
        case .local, .stopping, .notConnected: "local"
        case .lineTooLong: "line_too_long"
        case .timedOut: "timed_out"
        case .tooSlow: "too_slow"
        case .tooManyFromAddress, .tooManyConnections: "too_many"
        case .badProxyHeader: "bad_proxy_header"
        case .tlsFailed: "tls_failed"
        }
    }
}
