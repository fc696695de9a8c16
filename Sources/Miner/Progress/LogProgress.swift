import MiningDomain
package import ServiceRuntime

/// A log line now and then, with stable keys.
package struct LogProgress: ProgressDisplay {
    package let interval: Duration
    private let log: Log

    package init(_ log: Log, interval: Duration = .seconds(10)) {
        self.log = log
        self.interval = interval
    }

    package func show(_ progress: MinerProgress) {
        write("progress", progress)
    }

    package func conclude(_ progress: MinerProgress) {
        write("finished", progress)
    }

    private func write(_ event: String, _ progress: MinerProgress) {
        log.info(
            event,
            [
                "hashrate": progress.hashrate,
                "hashes": progress.hashCount,
                "bin_size": progress.binSize,
                "bin_searched": progress.binSearchedCount,
                "bins": progress.binsTaken,
                "bins_dropped": progress.binsDropped,
                "height": progress.height ?? 0,
                "accepted": progress.tally.accepted,
                "rejected": progress.tally.rejected,
                "stale": progress.tally.stale,
                "blocks": progress.tally.blocks,
                "immature": progress.balance?.immature.units ?? 0,
                "confirmed": progress.balance?.confirmed.units ?? 0,
                "paid": progress.balance?.paid.units ?? 0,
                "debt": progress.balance?.debt.units ?? 0,
                "seconds": progress.elapsed.components.seconds,
            ]
        )
    }
}
