import BlockFormat
import ChainAdapter
import Hashing
import JobService
import Messages
import MiningDomain
import ServiceRuntime
import Synchronization
import TestSupport

/// A node whose chain a test moves; its long poll answers when the tip changes, unless it is told to be silent.
final class FakeNode: TemplateSource {
    private struct State {
        var height: UInt32 = 100
        var tip: UInt64 = 1
        var reward: UInt64 = 5_000_000_000
        var transactions: [BlockTemplate.Transaction] = []
        var error: NodeError?
        var templateError: NodeError?
        var isSilent = false
        var version: UInt64 = 0
        var answeredVersion: UInt64?
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let clock: ManualClock
    let network: Network
    /// Every call that was made.
    let calls = Collector<String>()

    init(clock: ManualClock, network: Network = .litecoinRegtest) {
        self.clock = clock
        self.network = network
    }

    /// Puts the chain onto another tip.
    func move(height: UInt32, tip: UInt64) {
        change {
            $0.height = height
            $0.tip = tip
        }
    }

    func add(_ transaction: BlockTemplate.Transaction) { change { $0.transactions.append(transaction) } }
    func fail(_ error: NodeError?) { state.withLock { $0.error = error } }
    /// It knows its tip, and gives no template for it.
    func failTemplates(_ error: NodeError?) { state.withLock { $0.templateError = error } }
    func beSilent() { state.withLock { $0.isSilent = true } }

    static func hash(_ tip: UInt64) -> Hash256 { Hash256(words: (tip, 0, 0, 0)) }

    func bestBlockHash() async throws(NodeError) -> Hash256 {
        calls.append("tip")
        let (tip, error) = state.withLock { ($0.tip, $0.error) }
        if let error { throw error }
        return Self.hash(tip)
    }

    func template(afterChange: Bool) async throws(NodeError) -> BlockTemplate {
        calls.append(afterChange ? "long poll" : "template")
        if afterChange { await change() }
        let state = state.withLock { state in
            state.answeredVersion = state.version
            return (state.height, state.tip, state.reward, state.transactions, state.error ?? state.templateError)
        }
        if Task.isCancelled { throw .cancelled }
        if let error = state.4 { throw error }
        let seconds = clock.unixSeconds
        do throws(BlockTemplateError) {
            return try BlockTemplate(
                version: 0x2000_0000,
                previousHash: Self.hash(state.1),
                height: state.0,
                bits: 0x207f_ffff,
                currentTime: seconds,
                minimumTime: seconds - 600,
                coinbaseValue: Amount(units: state.2),
                transactions: state.3,
                defaultWitnessCommitment: [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed] + [UInt8](repeating: 3, count: 32),
                extensionBlock: [1, 2, 3],
                longPollID: "id",
                on: network
            )
        } catch {
            throw .malformed("\(error)")
        }
    }

    private func change(_ edit: (inout State) -> Void) {
        let waiters = state.withLock { state in
            edit(&state)
            state.version += 1
            guard !state.isSilent else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters.removeAll() }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once something is new since the last answer, or the task is cancelled.
    private func change() async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if Task.isCancelled || !state.isSilent && state.answeredVersion != state.version { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}

/// Knows the reward address, once it is told.
final class FakeLedger: RewardAddressSource {
    private let address: Mutex<String?>

    init(_ address: String? = "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3") {
        self.address = Mutex(address)
    }

    func tell(_ text: String) { address.withLock { $0 = text } }

    func rewardAddress() async throws(RPCError) -> String {
        guard let address = address.withLock(\.self) else { throw .unavailable("the ledger is not up yet") }
        return address
    }
}

/// Keeps the jobs that are made.
struct Audience: JobAudience {
    let made = Collector<Job>()

    func announce(_ job: Job) { made.append(job) }
}
