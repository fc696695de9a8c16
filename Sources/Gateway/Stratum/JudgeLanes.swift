import Messages
import ServiceRuntime
import Synchronization

/// Brings one loop's batches to the share services: while one is under way, the next one forms.
///
/// A call that takes long, because the ledger does or a block is on its way, opens another lane: what waits may be a block, and is
/// recognised as soon as it is sent.
///
/// A call begins on the loop's own thread, and goes as far as it can there: where the share service is in the same process, up to
/// the database. Every thread that need not wake saves more than it could have done.
final class JudgeLanes: Sendable {
    /// A batch on its way.
    struct Cargo: Sendable {
        /// The loop knows it by this.
        let number: UInt64
        let request: JudgeSessionSharesRequest
    }

    typealias Outcome = Result<JudgeSessionSharesReply, RPCError>
    /// Told what became of a batch, on any thread.
    typealias Settle = @Sendable (UInt64, Outcome) -> Void

    /// Calls of one loop at once, when all take long: as many as begin while the first is repeated.
    static let laneCountMax = 64
    /// How long the youngest call is waited for while it is the only one, in milliseconds; twice as long for each one more.
    ///
    /// Longer than calls take when all is well: with two at once batches are half as large, which costs a sixth more a share.
    static let patienceMs: UInt64 = 50
    /// No call is waited for longer, in milliseconds.
    static let patienceMsMax: UInt64 = 800
    /// How often a call that may succeed later is repeated; its submissions keep their ids, so that none counts twice.
    private static let attemptCountMax = 5
    private static let pause: Duration = .milliseconds(200)

    private struct State {
        /// There is one while the lanes run.
        var settle: Settle?
        var busyCount = 0
        /// When the youngest call under way began; milliseconds of the loop's clock.
        var begunAtMs: UInt64 = 0
        var waitingForEnd: CheckedContinuation<Void, Never>?
    }

    private let shares: SharesClient
    private let clock: any WallClock
    private let state = Mutex(State())

    init(shares: SharesClient, clock: any WallClock) {
        self.shares = shares
        self.clock = clock
    }

    /// Begins a call, which goes on at `executor`, the loop's thread, whenever it has waited.
    ///
    /// - Parameters:
    ///   - cargo: What is brought.
    ///   - nowMs: By a clock that never goes back.
    ///   - executor: Where the call begins and goes on.
    /// - Returns: `false` when it must wait: `settle` will tell when a lane is free again, and one more opens with time.
    func send(_ cargo: Cargo, nowMs: UInt64, on executor: (any TaskExecutor)?) -> Bool {
        let settle: Settle? = state.withLock { state in
            guard let settle = state.settle, Self.hasRoom(state, nowMs: nowMs) else { return nil }
            state.busyCount += 1
            state.begunAtMs = nowMs
            return settle
        }
        guard let settle else { return false }
        // `run` does not end before it.
        Task.immediate(executorPreference: executor) {
            let outcome = await judge(cargo.request)
            leave()
            settle(cargo.number, outcome)
        }
        return true
    }

    /// Opens the lanes until the task is cancelled, and returns when the calls under way have ended.
    func run(settle: @escaping Settle) async {
        state.withLock { $0.settle = settle }
        await Cancellation.wait()
        await withCheckedContinuation { waiter in
            let isDone = state.withLock { state in
                state.settle = nil
                if state.busyCount > 0 { state.waitingForEnd = waiter }
                return state.busyCount == 0
            }
            if isDone { waiter.resume() }
        }
    }

    private static func hasRoom(_ state: State, nowMs: UInt64) -> Bool {
        guard state.busyCount > 0 else { return true }
        guard state.busyCount < laneCountMax else { return false }
        let waitMs = min(patienceMs << UInt64(min(state.busyCount - 1, 8)), patienceMsMax)
        return nowMs >= state.begunAtMs + waitMs
    }

    private func leave() {
        let waiter = state.withLock { state in
            state.busyCount -= 1
            return state.busyCount == 0 ? state.waitingForEnd.take() : nil
        }
        waiter?.resume()
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
                let isOpen = state.withLock { $0.settle != nil }
                guard error.isRetryable, attempt < Self.attemptCountMax, isOpen else { return .failure(error) }
            }
            attempt += 1
            try? await clock.sleep(for: Self.pause)
        }
    }
}
