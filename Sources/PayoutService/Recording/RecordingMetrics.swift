internal import Messages
internal import ServiceRuntime

/// What recording counts.
struct RecordingMetrics: Sendable {
    private let recorded: Counter
    private let duplicates: Counter
    private let commits: Counter
    private let batchSize: Gauge
    private let duration: Histogram

    init(_ metrics: Metrics) {
        recorded = metrics.counter("lode_ledger_shares_recorded_total", help: "Shares that are durable.")
        duplicates = metrics.counter("lode_ledger_shares_duplicate_total", help: "Proofs brought before by others.")
        commits = metrics.counter(
            "lode_ledger_commits_total",
            help: "Commits of shares: shares each is the batch size."
        )
        batchSize = metrics.gauge("lode_ledger_batch_shares", help: "Shares in the latest commit.")
        duration = metrics.histogram("lode_ledger_commit_seconds", help: "One commit of shares.")
    }

    /// One commit of requests, with the places of each one's duplicates, or why it was refused.
    func record(_ requests: [RecordSharesRequest], _ outcomes: [ShareRecorder.Outcome], took time: Duration) {
        var shareCount = 0
        var duplicateCount = 0
        for (request, outcome) in zip(requests, outcomes) {
            guard case .success(let places) = outcome else { continue }
            shareCount += request.shareCount
            duplicateCount += places.count
        }
        recorded.increment(by: UInt64(shareCount - duplicateCount))
        duplicates.increment(by: UInt64(duplicateCount))
        commits.increment()
        batchSize.set(Int64(shareCount))
        duration.observe(time)
    }
}
