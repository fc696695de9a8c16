import Messages
import ServiceRuntime
import Synchronization

/// Gathers submissions into calls: what arrives while calls are under way makes up the next one.
final class ShareBatcher: Sendable {
    /// As the contract bounds one call.
    static let submissionCountMax = 1_000
    static let proofCountMax = 10_000
    /// Proofs that wait for a call; past it, submissions are refused.
    static let waitingProofCountMax = 50_000

    typealias Outcome = Result<SubmissionVerdict, RPCError>

    private struct Waiting {
        let submission: Submission
        let waiter: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var line: [Waiting] = []
        var proofCount = 0
        var idle: [CheckedContinuation<[Waiting]?, Never>] = []
        var isStopped = false
    }

    private let shares: SharesClient
    private let laneCount: Int
    private let judged: Counter
    private let calls: Counter
    private let state = Mutex(State())

    init(shares: SharesClient, laneCount: Int, metrics: Metrics) {
        self.shares = shares
        self.laneCount = laneCount
        judged = metrics.counter("lode_gateway_proofs_total", help: "Proofs that were judged.")
        calls = metrics.counter("lode_gateway_judge_calls_total", help: "Calls for judging, each with many proofs.")
    }

    var waitingProofCount: Int { state.withLock { $0.proofCount } }

    /// Waits for the verdict on one submission.
    func judge(_ submission: Submission) async throws(RPCError) -> SubmissionVerdict {
        let outcome = await withCheckedContinuation { waiter in
            enqueue(Waiting(submission: submission, waiter: waiter))
        }
        return try outcome.get()
    }

    /// Runs the calls until the task is cancelled; submissions come to nothing afterwards.
    func run() async {
        await withTaskCancellationHandler {
            await withTaskGroup { group in
                for _ in 0..<laneCount {
                    group.addTask { while let batch = await self.next() { await self.judge(batch) } }
                }
            }
        } onCancel: {
            stop()
        }
    }

    private func enqueue(_ waiting: Waiting) {
        enum Next {
            case refused(RPCError)
            case queued
            case lane(CheckedContinuation<[Waiting]?, Never>, [Waiting])
        }
        let next: Next = state.withLock { state in
            if state.isStopped { return .refused(.unavailable("the gateway is stopping")) }
            let count = waiting.submission.proofs.count
            guard state.proofCount + count <= Self.waitingProofCountMax else {
                return .refused(.resourceExhausted("too many proofs wait to be judged"))
            }
            state.line.append(waiting)
            state.proofCount += count
            guard let lane = state.idle.popLast() else { return .queued }
            return .lane(lane, Self.takeBatch(&state))
        }
        switch next {
        case .refused(let error): waiting.waiter.resume(returning: .failure(error))
        case .queued: break
        case .lane(let lane, let batch): lane.resume(returning: batch)
        }
    }

    private func next() async -> [Waiting]? {
        await withCheckedContinuation { lane in
            let batch: [Waiting]?? = state.withLock { state in
                if !state.line.isEmpty { return Self.takeBatch(&state) }
                if state.isStopped { return .some(nil) }
                state.idle.append(lane)
                return nil
            }
            if let batch { lane.resume(returning: batch) }
        }
    }

    private func stop() {
        let idle = state.withLock { state in
            state.isStopped = true
            defer { state.idle = [] }
            return state.idle
        }
        for lane in idle { lane.resume(returning: nil) }
    }

    private static func takeBatch(_ state: inout State) -> [Waiting] {
        var proofCount = 0
        let batch = state.line.prefix(submissionCountMax).prefix { waiting in
            proofCount += waiting.submission.proofs.count
            return proofCount <= proofCountMax
        }
        state.line.removeFirst(batch.count)
        state.proofCount -= batch.reduce(0) { $0 + $1.submission.proofs.count }
        return Array(batch)
    }

    private func judge(_ batch: [Waiting]) async {
        do throws(RPCError) {
            let verdicts = try await call(batch.map(\.submission))
            for (waiting, verdict) in zip(batch, verdicts) { waiting.waiter.resume(returning: .success(verdict)) }
        } catch {
            // One submission that the other side cannot take must not cost its neighbours theirs.
            guard batch.count > 1, !error.isRetryable else {
                for waiting in batch { waiting.waiter.resume(returning: .failure(error)) }
                return
            }
            for waiting in batch { await judge([waiting]) }
        }
    }

    private func call(_ submissions: [Submission]) async throws(RPCError) -> [SubmissionVerdict] {
        calls.increment()
        let verdicts = try await shares.judgeShares(JudgeSharesRequest(submissions: submissions)).verdicts
        guard verdicts.count == submissions.count else {
            throw .internal("\(verdicts.count) verdicts on \(submissions.count) submissions")
        }
        judged.increment(by: UInt64(submissions.reduce(0) { $0 + $1.proofs.count }))
        return verdicts
    }
}
