import Messages
import ServiceRuntime
import Synchronization

/// Brings one loop's batches to the share services: a few calls at once, and the next batch forms meanwhile.
final class JudgeLanes: Sendable {
    /// A batch on its way.
    struct Cargo: Sendable {
        /// The loop knows it by this.
        let number: UInt64
        let request: JudgeSessionSharesRequest
    }

    typealias Outcome = Result<JudgeSessionSharesReply, RPCError>

    /// Calls of one loop at once: one that is being judged, and one that is on its way there.
    static let laneCount = 2
    /// How often a call that may succeed later is repeated; its submissions keep their ids, so that none counts twice.
    private static let attemptCountMax = 5
    private static let pause: Duration = .milliseconds(200)

    private struct State {
        var idle: [CheckedContinuation<Cargo?, Never>] = []
        var isStopped = false
    }

    private let shares: SharesClient
    private let clock: any WallClock
    private let state = Mutex(State())

    init(shares: SharesClient, clock: any WallClock) {
        self.shares = shares
        self.clock = clock
    }

    /// - Returns: `false` when all lanes are busy: `settle` will tell when one is free again.
    func send(_ cargo: Cargo) -> Bool {
        guard let lane = state.withLock({ $0.idle.popLast() }) else { return false }
        lane.resume(returning: cargo)
        return true
    }

    /// Runs the lanes until the task is cancelled; calls that are under way are finished.
    func run(settle: @escaping @Sendable (UInt64, Outcome) -> Void) async {
        await withTaskCancellationHandler {
            await withTaskGroup { group in
                for _ in 0..<Self.laneCount {
                    group.addTask {
                        while let cargo = await self.next() {
                            settle(cargo.number, await self.judge(cargo.request))
                        }
                    }
                }
            }
        } onCancel: {
            let idle = state.withLock { state in
                state.isStopped = true
                defer { state.idle = [] }
                return state.idle
            }
            for lane in idle { lane.resume(returning: nil) }
        }
    }

    private func next() async -> Cargo? {
        await withCheckedContinuation { lane in
            let isStopped = state.withLock { state in
                if !state.isStopped { state.idle.append(lane) }
                return state.isStopped
            }
            if isStopped { lane.resume(returning: nil) }
        }
    }

    private func judge(_ request: JudgeSessionSharesRequest) async -> Outcome {
        var attempt = 1
        while true {
            do throws(RPCError) {
                let reply = try await shares.judgeSessionShares(request)
                guard reply.statuses.count == request.submissionIDs.count else {
                    return .failure(
                        .internal("\(reply.statuses.count) statuses for \(request.submissionIDs.count) shares")
                    )
                }
                return .success(reply)
            } catch {
                guard error.isRetryable, attempt < Self.attemptCountMax, !Task.isCancelled else {
                    return .failure(error)
                }
            }
            attempt += 1
            try? await clock.sleep(for: Self.pause)
        }
    }
}
