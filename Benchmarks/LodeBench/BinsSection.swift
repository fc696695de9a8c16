import Bins
import BlockFormat
import ChainAdapter
import Cryptography
import Glibc
import Hashing
import JSON
import JobService
import Messages
import Messaging
import MiningDomain
import ServiceRuntime
import Synchronization
import System

/// Bins leased: the decision alone, with the signature, and as another service calls for them.
struct BinsSection: BenchSection {
    let name = "bins"
    let about = "bins leased per second, and what one costs the job service"

    private static let duration = Duration.seconds(2)
    private static let clientCount = 10_000
    private static let outstandingCounts = [1, 64]

    func run() async throws -> JSON {
        var results = JSONObject()
        results["decisions"] = decisions()
        let folder = "/tmp/lode-bench-bins-\(ProcessEnvironment.processID)"
        let outcome: Result<JSONObject, any Error>
        do {
            outcome = .success(try await calls(folder))
        } catch {
            outcome = .failure(error)
        }
        try Folder.removeTree(folder)
        for member in try outcome.get().members { results[member.key] = member.value }
        return .object(results)
    }

    /// On one thread, with neither a signature nor a lock.
    private func decisions() -> JSON {
        let nowMs = UInt64(1_790_000_000_000)
        var desk = BinDesk(rules: BinRules(), extranonce1: 1, nowMs: nowMs)
        if let id = JobID(1) {
            desk.open(BinJob(id: id, currentTime: 1, minimumTime: 1, createdAtMs: nowMs), isClean: true)
        }
        let clients = (0..<Self.clientCount).map { BinClient(id: UInt128($0), address: "a\($0)", worker: "w") }
        var elapsedMs: UInt64 = 0
        let rate = Rate(of: Self.clientCount) {
            elapsedMs += 5_000
            for client in clients { _ = desk.lease(client, hint: 20_000, nowMs: nowMs + elapsedMs) }
        }
        return rate.json
    }

    private func calls(_ folder: String) async throws -> JSONObject {
        let surroundings = Surroundings(
            log: Log(service: "bench", minimum: .error, clock: SystemClock(), sink: StandardError()),
            metrics: Metrics(),
            health: Health(),
            clock: SystemClock()
        )
        guard let key = AuthenticationKey([UInt8](repeating: 1, count: AuthenticationKey.byteCount)) else {
            preconditionFailure("the key has its length")
        }
        let settings = JobServiceSettings(
            network: .litecoinRegtest,
            folder: folder,
            listening: [try MessagingAddress(parsing: "inproc://bench-jobs")],
            publishing: [try MessagingAddress(parsing: "inproc://bench-job-events")]
        )
        let service = try await JobService(
            settings: settings,
            leaseKey: key,
            source: OneTemplate(),
            rewards: OneAddress(),
            surroundings: surroundings
        )
        let running = Task { try await service.run() }
        while !surroundings.health.missing.isEmpty { try await surroundings.clock.sleep(for: .milliseconds(20)) }
        let client = JobsClient(
            try RPCClient(dialing: service.addresses, limits: .jobs, metrics: surroundings.metrics),
            timeout: .seconds(10)
        )
        var results = JSONObject()
        for count in Self.outstandingCounts {
            results["signed_\(count)_at_once"] = try await measure(service.jobs, outstanding: count)
            results["inproc_\(count)_at_once"] = try await measure(client, outstanding: count)
        }
        running.cancel()
        _ = await running.result
        return results
    }

    private func measure(_ jobs: some JobsHandler, outstanding: Int) async throws -> JSON {
        let cpuBefore = Self.processTime
        let start = ContinuousClock.now
        let count = try await withThrowingTaskGroup { group in
            for task in 0..<outstanding {
                group.addTask { try await Self.lease(jobs, task, of: outstanding, until: start + Self.duration) }
            }
            return try await group.reduce(0, +)
        }
        let elapsed = ContinuousClock.now - start
        let used = max(Self.processTime - cpuBefore, .nanoseconds(1))
        return [
            "per_second": JSON(UInt64(Double(count) / (elapsed / .seconds(1)))),
            "per_cpu_second": JSON(UInt64(Double(count) / (used / .seconds(1)))),
        ]
    }

    private static func lease(
        _ jobs: some JobsHandler,
        _ task: Int,
        of taskCount: Int,
        until end: ContinuousClock.Instant
    ) async throws -> Int {
        var count = 0
        while .now < end {
            let number = UInt32(truncatingIfNeeded: (count * taskCount + task) % clientCount)
            let id = (0..<16).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0 % 4))) }
            let client = Client(address: "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3", worker: "rig", clientID: id)
            _ = try await jobs.leaseBin(LeaseBinRequest(client: client, hashrate: 20_000))
            count += 1
        }
        return count
    }

    private static var processTime: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// A node whose chain stands still.
private struct OneTemplate: TemplateSource {
    func bestBlockHash() async throws(NodeError) -> Hash256 { .zero }

    func template(afterChange: Bool) async throws(NodeError) -> BlockTemplate {
        do throws(BlockTemplateError) {
            return try BlockTemplate(
                version: 1,
                previousHash: .zero,
                height: 1,
                bits: 0x207f_ffff,
                currentTime: 1,
                minimumTime: 1,
                coinbaseValue: Amount(units: 1),
                transactions: [],
                defaultWitnessCommitment: nil,
                on: .litecoinRegtest
            )
        } catch {
            throw .malformed("\(error)")
        }
    }
}

private struct OneAddress: RewardAddressSource {
    func rewardAddress() async throws(RPCError) -> String { "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3" }
}
