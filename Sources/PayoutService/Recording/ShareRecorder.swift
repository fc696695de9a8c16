internal import Messages
internal import PostgresClient
internal import ServiceRuntime

/// Collects share requests while one commit is under way, and writes them together in the next.
///
/// So the batch size follows the load by itself: one share waits for nobody, and many share one commit.
actor ShareRecorder: Service {
    /// Shares in one commit: what a statement writes in well under a second.
    static let commitShareCountMax = 10_000
    /// Shares that may wait for a commit; past that the database is too slow, and callers keep their own.
    static let waitingShareCountMax = 200_000
    /// Requests that may wait, as each holds memory even without a share.
    static let waitingRequestCountMax = 20_000
    /// How long a commit is tried again while the database is away, before the callers are told.
    static let retryTime = Duration.seconds(3)
    private static let retryPause = Duration.milliseconds(100)

    private struct Waiting {
        let request: RecordSharesRequest
        let answer: CheckedContinuation<Result<[ShareOutcome], RPCError>, Never>
    }

    nonisolated let name = "share-recorder"

    private let writer: ShareWriter
    private let surroundings: Surroundings
    private let metrics: RecordingMetrics
    private let news: AsyncStream<Void>
    private let announce: AsyncStream<Void>.Continuation
    private var waiting: [Waiting] = []
    private var waitingShareCount = 0
    private var isClosed = false

    init(_ writer: ShareWriter, surroundings: Surroundings) {
        self.writer = writer
        self.surroundings = surroundings
        metrics = RecordingMetrics(surroundings.metrics)
        (news, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Answers after the commit.
    func record(_ request: RecordSharesRequest) async throws(RPCError) -> [ShareOutcome] {
        guard !isClosed else { throw .unavailable("the ledger is stopping") }
        guard waiting.count < Self.waitingRequestCountMax,
            waitingShareCount + request.shares.count <= Self.waitingShareCountMax
        else { throw .resourceExhausted("too many shares wait for the database") }
        let outcome = await withCheckedContinuation { answer in
            waiting.append(Waiting(request: request, answer: answer))
            waitingShareCount += request.shares.count
            announce.yield()
        }
        return try outcome.get()
    }

    func run() async throws {
        for await _ in news { await writeAll() }
        isClosed = true
        await writeAll()
    }

    private func writeAll() async {
        while !waiting.isEmpty {
            let batch = takeBatch()
            let outcomes = await write(batch.map(\.request))
            for (each, outcome) in zip(batch, outcomes) { each.answer.resume(returning: outcome) }
        }
    }

    private func takeBatch() -> [Waiting] {
        var shareCount = 0
        let count = waiting.prefix { each in
            shareCount += each.request.shares.count
            return shareCount <= Self.commitShareCountMax
        }.count
        let batch = Array(waiting.prefix(max(1, count)))
        waiting.removeFirst(batch.count)
        waitingShareCount -= batch.reduce(0) { $0 + $1.request.shares.count }
        return batch
    }

    private func write(_ requests: [RecordSharesRequest]) async -> [Result<[ShareOutcome], RPCError>] {
        do throws(PostgresError) {
            return try await writeWithRetries(requests).map { .success($0) }
        } catch  where error.isRetryable || requests.count == 1 {
            return requests.map { _ in .failure(failure(error)) }
        } catch {
            // One request that the database refuses must not refuse its neighbours.
            var outcomes: [Result<[ShareOutcome], RPCError>] = []
            for request in requests { outcomes += await write([request]) }
            return outcomes
        }
    }

    /// A commit whose outcome is unknown may be repeated: what it recorded is recognised by its submission.
    private func writeWithRetries(_ requests: [RecordSharesRequest]) async throws(PostgresError) -> [[ShareOutcome]] {
        let deadline = ContinuousClock.now + Self.retryTime
        while true {
            do throws(PostgresError) {
                let start = ContinuousClock.now
                let outcomes = try await writer.write(requests)
                metrics.record(outcomes, took: .now - start)
                return outcomes
            } catch  where error.isRetryable && .now < deadline && !Task.isCancelled {
                surroundings.log.warning("recording again", ["error": "\(error)"])
                try? await surroundings.clock.sleep(for: Self.retryPause)
            }
        }
    }

    private func failure(_ error: PostgresError) -> RPCError {
        guard error.isRetryable else {
            surroundings.log.error("shares refused by the database", ["error": "\(error)"])
            return .internal("\(error)")
        }
        return .unavailable("\(error)")
    }
}
