import BlockFormat
import ChainAdapter
import Hashing
import Messages
import Messaging
import MiningDomain
import Synchronization
import System

@testable import ChainWatcher

/// One replica of the chain watcher: its disk outlives its processes.
final class SimulatedWatcher: Sendable {
    private struct State: Sendable {
        var life: Life
        var follower: BlockFollower
        /// Loops whose turn is under way.
        var busy: Set<Loop> = []
        var lookCount = 0
    }

    /// Looks at the chain from one at everything to the next.
    private static let wholeLookInterval = 8

    enum Loop: Hashable, CaseIterable { case look, offer, report }

    let name: String
    private let world: World
    private let network: SimulatedNetwork
    private let ledger: SimulatedLedgerService
    private let disk = SimulatedDisk()
    private let state: Mutex<State>

    init(_ name: String, _ world: World, _ network: SimulatedNetwork, _ ledger: SimulatedLedgerService) {
        self.name = name
        self.world = world
        self.network = network
        self.ledger = ledger
        let life = Life(name)
        let follower = Self.follower(life, world, network, ledger, disk)
        state = Mutex(State(life: life, follower: follower))
    }

    private static func follower(
        _ life: Life,
        _ world: World,
        _ network: SimulatedNetwork,
        _ ledger: SimulatedLedgerService,
        _ disk: SimulatedDisk
    ) -> BlockFollower {
        BlockFollower(
            settings: ChainWatcherSettings(network: .litecoinRegtest, folder: "", listening: [], publishing: []),
            chain: SimulatedChain(world: world, life: life, network: network),
            jobs: NoTemplates(),
            ledger: SimulatedLedger(world: world, life: life, service: ledger),
            announcements: NoAnnouncements(),
            events: NoEvents(),
            store: SimulatedCandidates(world: world, life: life, disk: disk),
            surroundings: world.surroundings
        )
    }

    var life: Life { state.withLock(\.life) }
    var follower: BlockFollower { state.withLock(\.follower) }

    /// Another process on the same disk, when the last one is dead.
    func restartIfDead() async {
        guard life.isOver else { return }
        let life = Life(name)
        let follower = Self.follower(life, world, network, ledger, disk)
        state.withLock { $0 = State(life: life, follower: follower) }
        world.note("\(name) starts again")
        await world.stage.begin {
            do {
                try await follower.resume()
            } catch {
                life.end()  // a service that cannot read its folder does not run
            }
        }
    }

    /// One turn of a loop, unless one is under way.
    func turn(_ loop: Loop) async {
        let (life, follower) = state.withLock { ($0.life, $0.follower) }
        guard !life.isOver, state.withLock({ $0.busy.insert(loop).inserted }) else { return }
        let isWhole = state.withLock { state in
            if loop == .look { state.lookCount += 1 }
            return state.lookCount.isMultiple(of: Self.wholeLookInterval)
        }
        await world.stage.begin {
            switch loop {
            case .look:
                // Seldom, as in the loop: what lies between must be right without.
                _ = await follower.look(atEverything: isWhole)
            case .offer: await follower.offerDue()
            case .report:
                _ = await follower.report()
                await follower.retire()
            }
            self.state.withLock { if $0.life === life { $0.busy.remove(loop) } }
        }
    }

    /// A solved block that a share service brings; `done` hears whether it was taken.
    func take(_ candidate: Candidate, _ done: @escaping @Sendable (Bool) -> Void) async {
        let follower = follower
        await world.stage.begin {
            do {
                _ = try await follower.take(SolvedCandidate(candidate: candidate, block: candidate.hash.bytes))
                done(true)
            } catch {
                done(false)
            }
        }
    }

    /// Blocks whose fate it follows.
    var followed: Set<Hash256> { Set(disk.files.withLock { Array($0.keys) }) }
}

/// The nodes, as one process reaches them.
private struct SimulatedChain: ChainSource {
    let world: World
    let life: Life
    let network: SimulatedNetwork

    func tip() async throws(NodeError) -> ChainInformation {
        try await call("tip") {
            let (height, hash) = view()
            return ChainInformation(
                chain: "regtest",
                height: UInt32(height),
                bestBlockHash: hash,
                chainWork: UInt256(UInt128(height)),
                isSyncing: false
            )
        }
    }

    func snapshot(at heights: Set<UInt32>) async throws(NodeError) -> ChainSnapshot {
        try await call("snapshot") {
            let (height, hash) = view()
            let known = network.read { state in
                heights.filter { Int($0) <= height }.map { ($0, state.chain[Int($0)].hash) }
            }
            return ChainSnapshot(
                height: UInt32(height),
                bestBlockHash: hash,
                chainWork: UInt256(UInt128(height)),
                hashes: Dictionary(uniqueKeysWithValues: known)
            )
        }
    }

    /// The best chain; now and then only as far as a node has it that lags.
    private func view() -> (height: Int, hash: Hash256) {
        let lag = world.goesWrong() ? world.chance.number(1...30) : 0
        return network.read { state in
            let height = max(0, state.height - lag)
            return (height, state.chain[height].hash)
        }
    }

    func submit(_ block: [UInt8]) async -> [NodeSubmission] {
        do throws(NodeError) {
            let answer = try await call("submit") {
                Hash256(block).map { offered($0) } ?? .rejected(reason: "malformed")
            }
            return [NodeSubmission(node: "node", result: .success(answer))]
        } catch {
            return [NodeSubmission(node: "node", result: .failure(error))]
        }
    }

    private func offered(_ hash: Hash256) -> SubmitAnswer {
        let (isKnown, place, tip) = network.read { ($0.heights[hash] != nil, $0.ours[hash], $0.tip.hash) }
        if isKnown { return .duplicate }
        guard let place else { return .rejected(reason: "bad-txns") }
        guard place.previous == tip else { return .inconclusive }
        network.mine(1, ours: hash)
        return .accepted
    }

    private func call<Value>(_ name: String, _ effect: () throws(NodeError) -> Value) async throws(NodeError) -> Value {
        try await world.call(
            life,
            "chain.\(name)",
            refused: .unreachable("down"),
            lost: .noAnswer("no answer came"),
            effect
        )
    }
}

/// A replica's folder.
final class SimulatedDisk: Sendable {
    let files = Mutex<[Hash256: (report: BlockReport, block: [UInt8])]>([:])
}

private struct SimulatedCandidates: CandidateStore {
    let world: World
    let life: Life
    let disk: SimulatedDisk

    func save(_ report: BlockReport, block: [UInt8]) async throws(SystemError) {
        try await call("save") {
            guard let hash = Hash256(report.hash) else { return }
            disk.files.withLock { $0[hash] = (report, block) }
        }
    }

    func load() async throws(SystemError) -> (reports: [BlockReport], broken: [String]) {
        try await call("load") {
            (disk.files.withLock { $0.values.map(\.report).sorted { $0.height < $1.height } }, [])
        }
    }

    func block(_ hash: Hash256) async throws(SystemError) -> [UInt8]? {
        try await call("block") { disk.files.withLock { $0[hash]?.block } }
    }

    func remove(_ hash: Hash256) async throws(SystemError) {
        try await call("remove") { disk.files.withLock { $0[hash] = nil } }
    }

    private func call<Value>(_ name: String, _ effect: () -> Value) async throws(SystemError) -> Value {
        try await world.call(
            life,
            "disk.\(name)",
            refused: SystemError(name, "candidates", .noSpace),
            lost: SystemError(name, "candidates", .other(code: 5))
        ) { () throws(SystemError) in effect() }
    }
}

private struct NoEvents: ChainEvents {
    func announce(_ tip: Tip) {}
    func announce(_ block: BlockChanged) {}
}

private struct NoAnnouncements: JobAnnouncements {
    func next() async throws(MessagingError) -> Job { throw .cancelled }
}

/// The simulated pool hands its blocks over whole.
private struct NoTemplates: TemplateSource {
    func getTemplate(_ request: GetTemplateRequest) async throws(RPCError) -> Template {
        throw .notFound("no such job")
    }
}
