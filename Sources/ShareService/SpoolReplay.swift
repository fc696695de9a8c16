internal import Hashing
internal import Messages
internal import ServiceRuntime

/// Plays the shares that wait on disk to the ledger, oldest first.
final class SpoolReplay: Sendable {
    private let ledger: any ShareLedger
    private let spool: ShareSpool
    private let metrics: ShareMetrics
    private let surroundings: Surroundings
    private let retryInterval: Duration
    private let backlog: AsyncStream<Void>
    private let backlogGrew: AsyncStream<Void>.Continuation

    init(
        ledger: any ShareLedger,
        spool: ShareSpool,
        metrics: ShareMetrics,
        surroundings: Surroundings,
        retryInterval: Duration
    ) {
        self.ledger = ledger
        self.spool = spool
        self.metrics = metrics
        self.surroundings = surroundings
        self.retryInterval = retryInterval
        (backlog, backlogGrew) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        backlogGrew.yield()  // an earlier run may have left some
    }

    /// Something waits.
    func wake() {
        backlogGrew.yield()
    }

    /// Until its task is cancelled.
    func run() async {
        for await _ in backlog {
            while spool.hasBacklog, !Task.isCancelled {
                if await playOldest() { continue }
                try? await surroundings.clock.sleep(for: retryInterval)
            }
        }
    }

    /// - Returns: Whether the next file may be tried at once.
    private func playOldest() async -> Bool {
        do {
            guard let file = try await spool.oldest() else { return true }
            for batch in file.batches { try await play(batch) }
            if file.restByteCount > 0 {
                surroundings.log.warning(
                    "unfinished end of a spool file",
                    ["file": file.name, "bytes": file.restByteCount]
                )
            }
            try await spool.remove(file)
            metrics.spoolBytes.set(Int64(clamping: spool.byteCount))
            surroundings.log.info(
                "shares replayed",
                ["file": file.name, "shares": file.batches.reduce(0) { $0 + $1.count }]
            )
            return true
        } catch {
            if !Task.isCancelled { surroundings.log.debug("shares wait", ["error": "\(error)"]) }
            return false
        }
    }

    /// One share that the ledger will never take is logged whole, and holds up no other.
    private func play(_ shares: ShareColumns) async throws(RPCError) {
        do throws(RPCError) {
            _ = try await ledger.recordShares(shares.request())
        } catch {
            guard error.isRefusal else { throw error }
            guard shares.count > 1 else {
                let share = Hex.string(shares.request().encoded())
                return surroundings.log.error("the ledger refuses a kept share", ["error": error, "share": share])
            }
            try await play(shares.picked(0..<(shares.count / 2)))
            try await play(shares.picked((shares.count / 2)..<shares.count))
        }
    }
}

extension RPCError {
    /// Whether the other side understood the call, and will never do as it says.
    var isRefusal: Bool {
        switch code {
        case .invalidArgument, .failedPrecondition, .outOfRange, .alreadyExists, .notFound: true
        case .ok, .cancelled, .unknown, .deadlineExceeded, .permissionDenied, .resourceExhausted, .aborted,
            .unimplemented, .internal, .unavailable, .dataLoss, .unauthenticated:
            false
        }
    }
}
