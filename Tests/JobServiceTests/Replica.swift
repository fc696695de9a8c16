import BlockFormat
import Cryptography
import JobService
import Messages
import Messaging
import MiningDomain
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

/// A job service on a fake node and a manual clock, with its folder kept over restarts.
final class Replica: Sendable {
    static let key = AuthenticationKey([UInt8](repeating: 9, count: 32))

    let clock: ManualClock
    let node: FakeNode
    let ledger: FakeLedger
    let folder: ScratchFolder
    let settings: JobServiceSettings
    private let names = Atomic<UInt64>(0)

    init(ledger: FakeLedger = FakeLedger(), number: UInt8 = 0, edit: (inout JobServiceSettings) -> Void = { _ in })
        throws
    {
        clock = ManualClock()
        node = FakeNode(clock: clock)
        self.ledger = ledger
        folder = try ScratchFolder("jobs")
        let name = "\(folder.path.split(separator: "/").last ?? "jobs")"
        var settings = JobServiceSettings(
            network: node.network,
            folder: folder.path,
            listening: [try MessagingAddress(parsing: "inproc://\(name)-jobs")],
            publishing: [try MessagingAddress(parsing: "inproc://\(name)-events")]
        )
        settings.replica = number
        edit(&settings)
        self.settings = settings
    }

    /// One life of the service.
    struct Life: Sendable {
        let jobs: BinCounter
        let service: JobService
        /// Every job it made, in order.
        let made: Collector<Job>
        let surroundings: Surroundings

        /// The jobs made, once there are so many.
        func jobs(_ count: Int) async -> [Job] {
            await made.wait { $0.count >= count }
        }

        /// Waits until exactly these conditions are not met.
        func misses(_ conditions: String..., because reason: String = "") async throws {
            try await Patience.wait(for: "health to miss \(conditions)", atMost: .seconds(10)) {
                let missing = surroundings.health.missing
                return missing.map(\.condition) == conditions
                    && (reason.isEmpty || missing.contains { $0.reason.contains(reason) })
            }
        }
    }

    /// Runs the service while `body` does.
    func run(_ body: @Sendable @escaping (Life) async throws -> Void) async throws {
        let audience = Audience()
        let surroundings = Surroundings.test(clock: clock)
        let service = try await JobService(
            settings: settings,
            leaseKey: try #require(Self.key),
            source: node,
            rewards: ledger,
            audience: audience,
            surroundings: surroundings
        )
        let running = Task { try await service.run() }
        let life = Life(jobs: service.jobs, service: service, made: audience.made, surroundings: surroundings)
        let outcome = await Result { try await body(life) }
        running.cancel()
        _ = try? await running.value
        try outcome.get()
    }

    /// Lets time pass second by second, so that everything due happens in its order.
    func pass(seconds: Int) async {
        for _ in 0..<seconds {
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(1))
        }
        await clock.waitForSleepers(2)
    }

    static func client(_ number: UInt8, worker: String = "rig1") -> Client {
        Client(
            address: "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3",
            worker: worker,
            clientID: [UInt8](repeating: number, count: 16)
        )
    }
}

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

/// Expects a call to fail with this status.
func expect(
    _ status: RPCStatus,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ call: () async throws -> some Sendable
) async {
    do {
        _ = try await call()
        Issue.record("the call succeeded", sourceLocation: sourceLocation)
    } catch {
        #expect((error as? RPCError)?.code == status, sourceLocation: sourceLocation)
    }
}
