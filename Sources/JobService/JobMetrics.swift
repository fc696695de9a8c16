import Bins
import ServiceRuntime

/// The job service's figures.
struct JobMetrics: Sendable {
    let createdAt: Gauge
    let height: Gauge
    let fetched: Counter
    let failed: Counter
    let doubted: Counter
    let published: Counter
    let leased: Counter
    let completed: Counter
    let returned: Counter
    let sessionsLeased: Counter
    let sessionsRenewed: Counter
    let extranonceSegmentsLive: Gauge
    let clients: Gauge
    let hashrate: Gauge
    let latency: Histogram

    init(_ metrics: Metrics) {
        createdAt = metrics.gauge(
            "lode_job_created_timestamp_seconds",
            help: "When the current job was made, in seconds since 1970."
        )
        height = metrics.gauge("lode_job_height", help: "Height of the block that the current job would become.")
        fetched = metrics.counter("lode_templates_total", help: "Templates that nodes gave.")
        failed = metrics.counter("lode_template_failures_total", help: "Templates that no node gave.")
        doubted = metrics.counter(
            "lode_templates_doubted_total",
            help: "Templates not used because they stand on a tip that may be an old one."
        )
        published = metrics.counter("lode_jobs_total", help: "Jobs made.")
        leased = metrics.counter("lode_bins_leased_total", help: "Bins given to clients.")
        completed = metrics.counter("lode_bins_completed_total", help: "Bins that clients searched to the end.")
        returned = metrics.counter(
            "lode_bins_reissued_total",
            help: "Bins that expired or were left behind, and whose positions were given back."
        )
        sessionsLeased = metrics.counter("lode_sessions_leased_total", help: "Session leases given to gateways.")
        sessionsRenewed = metrics.counter("lode_sessions_renewed_total", help: "Session leases that were renewed.")
        extranonceSegmentsLive = metrics.gauge(
            "lode_extranonce_segments_live",
            help: "Segments, of 256, whose extranonce1 values may still be in use."
        )
        clients = metrics.gauge("lode_bin_clients", help: "Clients that are remembered.")
        hashrate = metrics.gauge("lode_pool_hashrate", help: "Hashes per second of all clients seen lately.")
        latency = metrics.histogram(
            "lode_tip_to_job_seconds",
            help: "From the news of a new tip to the job on it."
        )
    }

    /// Counts what happened since `before`.
    func count(_ before: BinCounts, _ after: BinCounts) {
        leased.increment(by: after.leased - before.leased)
        completed.increment(by: after.completed - before.completed)
        returned.increment(by: after.returned - before.returned)
    }
}
