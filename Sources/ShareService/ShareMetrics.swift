internal import Messages
internal import ServiceRuntime

/// What this service counts.
struct ShareMetrics: Sendable {
    let judging: Histogram
    let badLeases: Counter
    let batches: Counter
    let batchedShares: Counter
    let batchSize: Gauge
    let spoolBytes: Gauge
    let blocks: Counter
    let waitingBlocks: Gauge
    private let byStatus: [ShareStatus: Counter]

    init(_ metrics: Metrics) {
        judging = metrics.histogram(
            "lode_share_judge_seconds",
            help: "How long a batch of proofs takes from arrival to verdicts."
        )
        badLeases = metrics.counter(
            "lode_share_bad_leases_total",
            help: "Submissions whose lease this pool did not sign."
        )
        batches = metrics.counter("lode_share_batches_total", help: "Batches that went to the ledger or the spool.")
        batchedShares = metrics.counter(
            "lode_share_batched_shares_total",
            help: "Shares in those batches, repeats of a submission included."
        )
        batchSize = metrics.gauge("lode_share_batch_size", help: "Shares in the latest batch.")
        spoolBytes = metrics.gauge("lode_share_spool_bytes", help: "Bytes of shares that wait for the ledger.")
        blocks = metrics.counter("lode_share_blocks_total", help: "Solved blocks that were handed on.")
        waitingBlocks = metrics.gauge(
            "lode_share_blocks_waiting",
            help: "Solved blocks that wait for the ChainWatcher."
        )
        byStatus = Dictionary(
            uniqueKeysWithValues: ShareStatus.allCases.map { status in
                let counter = metrics.counter(
                    "lode_shares_total",
                    help: "Proofs judged.",
                    labels: ["status": Self.label(status)]
                )
                return (status, counter)
            }
        )
    }

    func count(_ status: ShareStatus) {
        byStatus[status]?.increment()
    }

    func count(_ statuses: [ShareStatus]) {
        var counts = [UInt64](repeating: 0, count: ShareStatus.allCases.count)
        for status in statuses { counts[Int(status.rawValue)] += 1 }
        for status in ShareStatus.allCases where counts[Int(status.rawValue)] > 0 {
            byStatus[status]?.increment(by: counts[Int(status.rawValue)])
        }
    }

    /// As the miners' interface names it.
    private static func label(_ status: ShareStatus) -> String {
        switch status {
        case .unspecified: "unspecified"
        case .accepted: "accepted"
        case .lowDifficulty: "low_difficulty"
        case .duplicate: "duplicate"
        case .outsideBin: "outside_bin"
        case .stale: "stale"
        case .expired: "expired"
        case .hashMismatch: "hash_mismatch"
        case .timeOutOfRange: "time_out_of_range"
        case .versionNotAllowed: "version_not_allowed"
        case .unauthorized: "unauthorized"
        }
    }
}
