internal import ServiceRuntime

/// What payouts show of themselves, beside their states, which the audit counts.
struct PayoutMetrics: Sendable {
    let lastRun: Gauge
    let failures: Counter
    let raises: Counter
    let raiseFailures: Counter
    let takenBack: Counter
    let watched: Gauge
    let excludedAccounts: Gauge
    private let waiting: [PayoutWait: Gauge]

    init(_ metrics: Metrics) {
        lastRun = metrics.gauge(
            "lode_payout_last_run_seconds",
            help: "When payouts were last gone through by this replica, Unix time."
        )
        failures = metrics.counter(
            "lode_payout_runs_failed_total",
            help: "Payout runs that the database ended."
        )
        raises = metrics.counter(
            "lode_payout_fee_raises_total",
            help: "Transactions of payouts that were replaced by ones with a higher fee."
        )
        raiseFailures = metrics.counter(
            "lode_payout_fee_raises_failed_total",
            help: "Times that a payout's fee should have been raised, and the wallet's node could not be asked."
        )
        takenBack = metrics.counter(
            "lode_payouts_taken_back_total",
            help: "Confirmed payouts whose transactions a reorganisation took off the chain."
        )
        watched = metrics.gauge(
            "lode_payouts_watched",
            help:
                "Confirmed payouts that a reorganisation might still take off the chain, \(PayoutWatch.countMax) at most."
        )
        excludedAccounts = metrics.gauge(
            "lode_payout_excluded_accounts",
            help: "Accounts that are not paid because the wallet's node refuses to pay them."
        )
        waiting = Dictionary(
            uniqueKeysWithValues: PayoutWait.allCases.map { wait in
                let gauge = metrics.gauge(
                    "lode_payouts_waiting",
                    help: "Reserved payouts that could not be signed in the last run, by what they wait for.",
                    labels: ["for": wait.rawValue]
                )
                return (wait, gauge)
            }
        )
    }

    func show(_ waits: [PayoutWait: Int]) {
        for (wait, gauge) in waiting { gauge.set(Int64(waits[wait] ?? 0)) }
    }
}
