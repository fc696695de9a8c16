internal import Messages
internal import PostgresClient
internal import ServiceRuntime
import Synchronization
internal import System

/// Collects share requests while one commit is under way, and writes them together in the next.
///
/// So the batch size follows the load by itself: one share waits for nobody, and many share one commit.
final class ShareRecorder: Service {
    /// Shares in one commit: what a statement writes in well under a second.
    static let commitShareCountMax = 10_000
    /// Shares that may wait for a commit; past that the database is too slow, and callers keep their own.
    static let waitingShareCountMax = 200_000
    /// Requests that may wait, as each holds memory even without a share.
    static let waitingRequestCountMax = 20_000
    /// How long a commit is tried again while the database is away, before the callers are told.
    static let retryTime = Duration.seconds(3)
    private static let retryPause = Duration.milliseconds(100)

    /// The places of duplicates among a request's shares.
    typealias Outcome = Result<[UInt32], RPCError>

    private struct Waiting {
        let request: RecordSharesRequest
        let answer: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var shareCount = 0
        /// Somebody writes what waits.
        var isWriting = false
        var isClosed = false
        /// Told when nobody writes any more.
        var waitingForEnd: CheckedContinuation<Void, Never>?

        mutating func add(_ request: RecordSharesRequest, _ answer: CheckedContinuation<Outcome, Never>) -> RPCError? {
            guard !isClosed else { return .unavailable("the ledger is stopping") }
            guard waiting.count < waitingRequestCountMax, shareCount + request.shareCount <= waitingShareCountMax else {
                return .resourceExhausted("too many shares wait for the database")
            }
            waiting.append(Waiting(request: request, answer: answer))
            shareCount += request.shareCount
            return nil
        }

        /// - Returns: `false` when somebody does it already.
        mutating func beginWriting() -> Bool {
            defer { isWriting = true }
            return !isWriting
        }

        /// - Returns: Nothing when nothing waits: whoever wrote is free.
        mutating func takeBatch() -> [Waiting] {
            guard !waiting.isEmpty else {
                isWriting = false
                return []
            }
            var taken = 0
            let count = waiting.prefix { each in
                taken += each.request.shareCount
                return taken <= commitShareCountMax
            }.count
            let batch = Array(waiting.prefix(max(1, count)))
            waiting.removeFirst(batch.count)
            shareCount -= batch.reduce(0) { $0 + $1.request.shareCount }
            return batch
        }
    }

    let name = "share-recorder"

    private let writer: ShareWriter
    private let surroundings: Surroundings
    private let metrics: RecordingMetrics
    private let state = Mutex(State())

    init(_ writer: ShareWriter, surroundings: Surroundings) {
        self.writer = writer
        self.surroundings = surroundings
        metrics = RecordingMetrics(surroundings.metrics)
    }

    /// Answers after the commit, with the places of duplicates, in rising order.
    func record(_ request: RecordSharesRequest) async throws(RPCError) -> [UInt32] {
        let outcome = await withCheckedContinuation { answer in
            let refusal = state.withLock { $0.add(request, answer) }
            if let refusal { answer.resume(returning: .failure(refusal)) } else { writeWaiting() }
        }
        return try outcome.get()
    }

    /// Ends with its task, once everything that was taken is written.
    func run() async throws {
        await Cancellation.wait()
        await withCheckedContinuation { waiter in
            let isDone = state.withLock { state in
                state.isClosed = true
                if state.isWriting { state.waitingForEnd = waiter }
                return !state.isWriting
            }
            if isDone { waiter.resume() }
        }
    }

    /// Writes what waits, unless somebody does: then it is in his next commit.
    ///
    /// It goes straight from the call that brought the shares to the connection's own thread; `run` does not end before it.
    private func writeWaiting() {
        guard state.withLock({ $0.beginWriting() }) else { return }
        Task.immediate(executorPreference: TaskPlace.current) { await writeAll(on: writer.connection) }
    }

    private func writeAll(on connection: isolated PostgresConnection) async {
        while true {
            let batch = state.withLock { $0.takeBatch() }
            guard !batch.isEmpty else { break }
            let outcomes = await write(batch.map(\.request), on: connection)
            for (each, outcome) in zip(batch, outcomes) { each.answer.resume(returning: outcome) }
        }
        state.withLock { $0.isWriting ? nil : $0.waitingForEnd.take() }?.resume()
    }

    private func write(
        _ requests: [RecordSharesRequest],
        on connection: isolated PostgresConnection
    ) async -> [Outcome] {
        do throws(PostgresError) {
            return try await writeWithRetries(requests, on: connection)
        } catch  where error.isRetryable || requests.count == 1 {
            return requests.map { _ in .failure(failure(error)) }
        } catch {
            // One request that the database refuses must not refuse its neighbours.
            var outcomes: [Outcome] = []
            for request in requests { outcomes += await write([request], on: connection) }
            return outcomes
        }
    }

    /// A commit whose outcome is unknown may be repeated: what it recorded is recognised by its submission.
    private func writeWithRetries(
        _ requests: [RecordSharesRequest],
        on connection: isolated PostgresConnection
    ) async throws(PostgresError) -> [Outcome] {
        let deadline = ContinuousClock.now + Self.retryTime
        while true {
            do throws(PostgresError) {
                let start = ContinuousClock.now
                let outcomes = try writer.write(requests, on: connection)
                metrics.record(requests, outcomes, took: .now - start)
                return outcomes
            } catch  where error.isRetryable && .now < deadline && !state.withLock(\.isClosed) {
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

extension RecordSharesRequest {
    var shareCount: Int { jobIDs.count }
}
