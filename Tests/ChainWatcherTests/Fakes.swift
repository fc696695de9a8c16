import ChainAdapter
import ChainWatcher
import Hashing
import Messages
import Messaging
import MiningDomain
import Synchronization
import TestSupport

/// A ledger that holds what the real one would, and can be away.
final class FakeLedger: BlockLedger {
    let reports = Collector<BlockReport>()
    let nodes = Collector<NodeState>()
    private let isAway = Mutex(false)
    private let isSilent = Mutex(false)

    func setAway(_ value: Bool) { isAway.withLock { $0 = value } }
    /// Whether it does what it is told, and nobody gets its answer.
    func setSilent(_ value: Bool) { isSilent.withLock { $0 = value } }

    func recordBlock(_ request: BlockReport) async throws(RPCError) -> RecordBlockReply {
        guard !isAway.withLock(\.self) else { throw .unavailable("away") }
        reports.append(request)
        guard !isSilent.withLock(\.self) else { throw .deadlineExceeded("no answer") }
        return RecordBlockReply(stage: Self.stage(request))
    }

    private static func stage(_ report: BlockReport) -> BlockStage {
        switch report.state {
        case .confirmed: .confirmed
        case .accepted: report.confirmations >= 10 ? .immature : .candidate
        case .orphaned: .orphaned
        case .rejected: .rejected
        case .submitted, .unspecified: .candidate
        }
    }

    func recordNode(_ request: NodeState) async throws(RPCError) -> Empty {
        guard !isAway.withLock(\.self) else { throw .unavailable("away") }
        nodes.append(request)
        return Empty()
    }
}

/// A JobService that knows some templates.
final class FakeJobs: TemplateSource {
    let asked = Collector<UInt64>()
    private let templates = Mutex<[UInt64: Template]>([:])

    func insert(_ template: Template) {
        templates.withLock { $0[template.job?.jobID ?? 0] = template }
    }

    func getTemplate(_ request: GetTemplateRequest) async throws(RPCError) -> Template {
        asked.append(request.jobID)
        guard let template = templates.withLock({ $0[request.jobID] }) else { throw .notFound("no such job") }
        return template
    }
}

/// New jobs as a test announces them.
final class FakeAnnouncements: JobAnnouncements {
    private let stream: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func announce(_ job: Job) { continuation.yield(job) }

    func next() async throws(MessagingError) -> Job {
        for await job in stream { return job }
        throw .cancelled
    }
}

final class FakeEvents: ChainEvents {
    let tips = Collector<Tip>()
    let blocks = Collector<BlockChanged>()

    func announce(_ tip: Tip) { tips.append(tip) }
    func announce(_ block: BlockChanged) { blocks.append(block) }
}

/// A chain that a test writes, block by block.
final class FakeChain: ChainSource {
    private struct State {
        /// The best chain from height 0 on.
        var hashes: [Hash256] = [.zero]
        var answers: [Result<SubmitAnswer, NodeError>] = [.success(.accepted)]
        var error: NodeError?
        /// Whether a submission waits until it is cancelled.
        var isSlow = false
    }

    let submitted = Collector<[UInt8]>()
    /// The heights of each question about blocks.
    let asked = Collector<Set<UInt32>>()
    private let state = Mutex(State())

    func setChain(_ hashes: [Hash256]) { state.withLock { $0.hashes = hashes } }
    func extend(_ count: Int) { state.withLock { $0.hashes += (0..<count).map { _ in .random() } } }
    func extend(with hash: Hash256) { state.withLock { $0.hashes.append(hash) } }
    func setAnswers(_ answers: [Result<SubmitAnswer, NodeError>]) { state.withLock { $0.answers = answers } }
    func setError(_ error: NodeError?) { state.withLock { $0.error = error } }
    func setSlow(_ isSlow: Bool) { state.withLock { $0.isSlow = isSlow } }
    var hashes: [Hash256] { state.withLock(\.hashes) }

    func tip() async throws(NodeError) -> ChainInformation {
        let snapshot = try answer(at: [])
        return ChainInformation(
            chain: "regtest",
            height: snapshot.height,
            bestBlockHash: snapshot.bestBlockHash,
            chainWork: snapshot.chainWork,
            isSyncing: false
        )
    }

    func snapshot(at heights: Set<UInt32>) async throws(NodeError) -> ChainSnapshot {
        asked.append(heights)
        return try answer(at: heights)
    }

    private func answer(at heights: Set<UInt32>) throws(NodeError) -> ChainSnapshot {
        let state = state.withLock(\.self)
        if let error = state.error { throw error }
        let known = heights.filter { $0 < state.hashes.count }
        return ChainSnapshot(
            height: UInt32(state.hashes.count - 1),
            bestBlockHash: state.hashes[state.hashes.count - 1],
            chainWork: UInt256(UInt128(state.hashes.count)),
            hashes: Dictionary(uniqueKeysWithValues: known.map { ($0, state.hashes[Int($0)]) })
        )
    }

    func submit(_ block: [UInt8]) async -> [NodeSubmission] {
        submitted.append(block)
        let state = state.withLock(\.self)
        if state.isSlow { try? await Task.sleep(for: .seconds(3_600)) }
        return state.answers.enumerated().map { index, answer in
            NodeSubmission(node: "node\(index)", result: Task.isCancelled ? .failure(.cancelled) : answer)
        }
    }
}

extension Hash256 {
    static func random() -> Hash256 {
        Hash256(words: (.random(in: 1 ... .max), .random(in: 1 ... .max), .random(in: 1 ... .max), 1))
    }
}
