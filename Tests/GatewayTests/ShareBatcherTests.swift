import Messages
import ServiceRuntime
import Synchronization
import Testing

@testable import Gateway

@Suite struct ShareBatcherTests {
    /// Judges when it is told to.
    private final class SlowShares: SharesHandler {
        let batches = Mutex<[[UInt64]]>([])
        let poison: UInt64?
        private let gate = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

        init(poison: UInt64? = nil) {
            self.poison = poison
        }

        func judgeShares(_ request: JudgeSharesRequest) async throws(RPCError) -> JudgeSharesReply {
            let ids = request.submissions.map(\.submissionID)
            batches.withLock { $0.append(ids) }
            await withCheckedContinuation { continuation in
                let isOpen = gate.withLock { gate in
                    if !gate.isOpen { gate.waiting.append(continuation) }
                    return gate.isOpen
                }
                if isOpen { continuation.resume() }
            }
            if let poison, ids.contains(poison) { throw .invalidArgument("cannot be read") }
            return JudgeSharesReply(
                verdicts: request.submissions.map { submission in
                    SubmissionVerdict(leaseValid: submission.submissionID.isMultiple(of: 2))
                }
            )
        }

        func judgeSessionShares(
            _ request: JudgeSessionSharesRequest
        ) async throws(RPCError) -> JudgeSessionSharesReply {
            throw .unknownMethod("not for bins")
        }

        func open() {
            let waiting = gate.withLock { gate in
                gate.isOpen = true
                defer { gate.waiting = [] }
                return gate.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func settle(batchCount: Int) async {
            while batches.withLock({ $0.count }) < batchCount { await Task.yield() }
        }
    }

    private static func submission(_ id: UInt64, proofCount: Int = 1) -> Submission {
        Submission(submissionID: id, proofs: [Proof](repeating: Proof(), count: proofCount))
    }

    private static func run(
        _ shares: SlowShares,
        laneCount: Int = 1,
        _ body: (ShareBatcher) async throws -> Void
    ) async throws {
        let client = SharesClient(LocalChannel(SharesDispatcher(shares)), timeout: .seconds(50))
        let batcher = ShareBatcher(shares: client, laneCount: laneCount, metrics: Metrics())
        let running = Task { await batcher.run() }
        try await body(batcher)
        shares.open()
        running.cancel()
        await running.value
    }

    @Test func whatArrivesMeanwhileIsTheNextCall() async throws {
        let shares = SlowShares()
        try await Self.run(shares) { batcher in
            async let first = batcher.judge(Self.submission(1))
            await shares.settle(batchCount: 1)
            try await withThrowingTaskGroup { group in
                for id in UInt64(2)...50 {
                    group.addTask {
                        let verdict = try await batcher.judge(Self.submission(id))
                        #expect(verdict.leaseValid == id.isMultiple(of: 2))
                    }
                }
                while batcher.waitingProofCount < 49 { await Task.yield() }
                shares.open()
                try await group.waitForAll()
            }
            _ = try await first
            #expect(shares.batches.withLock { $0.map(\.count) } == [1, 49])
        }
    }

    @Test func aCallIsNeverLargerThanTheContractAllows() async throws {
        let shares = SlowShares()
        try await Self.run(shares) { batcher in
            async let first = batcher.judge(Self.submission(0))
            await shares.settle(batchCount: 1)
            try await withThrowingTaskGroup { group in
                for id in UInt64(0)..<1_500 { group.addTask { _ = try await batcher.judge(Self.submission(id)) } }
                while batcher.waitingProofCount < 1_500 { await Task.yield() }
                for id in UInt64(0)..<25 {
                    group.addTask { _ = try await batcher.judge(Self.submission(id, proofCount: 1_000)) }
                }
                while batcher.waitingProofCount < 26_500 { await Task.yield() }
                shares.open()
                try await group.waitForAll()
            }
            _ = try await first
            let sizes = shares.batches.withLock { $0.map(\.count) }
            #expect(sizes == [1, 1_000, 509, 10, 6])
        }
    }

    @Test func aFloodIsRefused() async throws {
        let shares = SlowShares()
        try await Self.run(shares) { batcher in
            async let first = batcher.judge(Self.submission(0))
            await shares.settle(batchCount: 1)
            try await withThrowingTaskGroup { group in
                for id in UInt64(0)..<50 {
                    group.addTask { _ = try await batcher.judge(Self.submission(id, proofCount: 1_000)) }
                }
                while batcher.waitingProofCount < 50_000 { await Task.yield() }
                let error = await #expect(throws: RPCError.self) { _ = try await batcher.judge(Self.submission(1)) }
                #expect(error?.code == .resourceExhausted)
                shares.open()
                try await group.waitForAll()
            }
            _ = try await first
        }
    }

    @Test func oneBadSubmissionDoesNotCostItsNeighboursTheirs() async throws {
        let shares = SlowShares(poison: 7)
        try await Self.run(shares) { batcher in
            async let first = batcher.judge(Self.submission(100))
            await shares.settle(batchCount: 1)
            await withTaskGroup { group in
                for id in UInt64(1)...10 {
                    group.addTask {
                        do throws(RPCError) {
                            _ = try await batcher.judge(Self.submission(id))
                            #expect(id != 7)
                        } catch {
                            #expect(id == 7)
                            #expect(error.code == .invalidArgument)
                        }
                    }
                }
                while batcher.waitingProofCount < 10 { await Task.yield() }
                shares.open()
            }
            _ = try await first
        }
    }

    @Test func aStopFinishesWhatIsInHandAndRefusesTheRest() async throws {
        let shares = SlowShares()
        let client = SharesClient(LocalChannel(SharesDispatcher(shares)), timeout: .seconds(50))
        let batcher = ShareBatcher(shares: client, laneCount: 2, metrics: Metrics())
        let running = Task { await batcher.run() }
        async let first = batcher.judge(Self.submission(2))
        await shares.settle(batchCount: 1)
        running.cancel()
        shares.open()
        await running.value
        #expect(try await first.leaseValid)
        let error = await #expect(throws: RPCError.self) { _ = try await batcher.judge(Self.submission(3)) }
        #expect(error?.code == .unavailable)
    }
}
