import BlockFormat
import JSON
import Messages
import MiningDomain
import ServiceRuntime
import Synchronization
import System

/// A block of the pool as `/status` lists it.
struct PoolBlock: Hashable, Sendable {
    let height: UInt32
    /// Internal order.
    let hash: [UInt8]
    let state: BlockState
    /// Of the tree of its credits; empty before the first credit, and where it is not known.
    var proofRoot: [UInt8] = []
}

/// What the pool is doing now, as last heard: kept in memory, so that no number of questions costs more than one.
final class PoolBoard: Sendable {
    /// Blocks that `/status` lists.
    static let blockCountMax = 20

    /// A job and its text, made once.
    struct PostedJob: Sendable {
        let job: Job
        let encoded: [UInt8]
    }

    private struct State {
        var job: PostedJob?
        /// When a job service last confirmed it.
        var jobHeardAtMs: UInt64 = 0
        /// Newest first.
        var blocks: [PoolBlock] = []
        var speed = PoolSpeed()
    }

    private let network: Network
    private let clock: any WallClock
    private let jobKeepTime: Duration
    private let state = Mutex(State())

    init(network: Network, clock: any WallClock, jobKeepTime: Duration) {
        self.network = network
        self.clock = clock
        self.jobKeepTime = jobKeepTime
    }

    /// `nil` before the first job, and when no job service has answered for long.
    var job: PostedJob? {
        let nowMs = clock.monotonicMilliseconds
        let keepMs = jobKeepTime.wholeMilliseconds
        return state.withLock { state in
            nowMs <= state.jobHeardAtMs.addingReportingOverflow(keepMs).partialValue ? state.job : nil
        }
    }

    /// - Returns: The job to announce, when it is newer than the last one.
    func post(_ job: Job) -> PostedJob? {
        let nowMs = clock.monotonicMilliseconds
        let isKnown = state.withLock { state in
            // Ids are time-ordered across replicas: what is older arrives late.
            guard let current = state.job?.job, current.jobID >= job.jobID else { return false }
            state.jobHeardAtMs = nowMs
            return true
        }
        guard !isKnown else { return nil }
        let posted = PostedJob(job: job, encoded: JSON(job).encoded())
        return state.withLock { state in
            state.jobHeardAtMs = nowMs
            guard job.jobID > state.job?.job.jobID ?? 0 else { return nil }
            state.job = posted
            return posted
        }
    }

    /// The job service says that there is none: its tip was left.
    func withdrawJob() {
        state.withLock { $0.job = nil }
    }

    func post(_ speed: PoolSpeed) {
        state.withLock { $0.speed = speed }
    }

    /// One block's news.
    ///
    /// - Returns: Whether it is any.
    func post(_ block: PoolBlock) -> Bool {
        state.withLock { state in
            var block = block
            if let position = state.blocks.firstIndex(where: { $0.hash == block.hash }) {
                // An announcement does not say it, and it never changes.
                if block.proofRoot.isEmpty { block.proofRoot = state.blocks[position].proofRoot }
                defer { state.blocks[position] = block }
                return state.blocks[position] != block
            }
            let position = state.blocks.firstIndex { $0.height <= block.height } ?? state.blocks.endIndex
            state.blocks.insert(block, at: position)
            if state.blocks.count > Self.blockCountMax { state.blocks.removeLast() }
            return true
        }
    }

    /// The ledger's list, newest first, which counts more than what was announced.
    ///
    /// - Returns: Those that are news.
    func post(_ blocks: [PoolBlock]) -> [PoolBlock] {
        state.withLock { state in
            let known = Set(state.blocks)
            let listed = Set(blocks.map(\.hash))
            // A block of this minute may not have reached the ledger yet.
            let newer = state.blocks.prefix { !listed.contains($0.hash) }
            state.blocks = Array((newer + blocks).prefix(Self.blockCountMax))
            return blocks.filter { !known.contains($0) }.reversed()
        }
    }

    var status: JSON {
        let job = job?.job
        let (blocks, speed) = state.withLock { ($0.blocks, $0.speed) }
        let target = job.flatMap { Target(bigEndian: $0.networkTarget) }
        let difficulty = target.map {
            JSON.number(NetworkDifficulty.number(target: $0, differenceOne: network.differenceOne))
        }
        return [
            "job_id": job.map { JSON($0.idText) } ?? nil,
            "height": job.map { JSON($0.height) } ?? nil,
            "previous_blocks": .array(blocks.map { JSON($0) }),
            "pool": [
                "hashrate": JSON(speed.hashrate), "clients": JSON(speed.clients), "workers": JSON(speed.workers),
            ],
            "network": ["difficulty": difficulty ?? nil],
        ]
    }
}
