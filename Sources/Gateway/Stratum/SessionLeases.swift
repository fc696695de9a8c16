import Messages
import ServiceRuntime
import Synchronization

/// Extranonce1 values in stock, so that a miner who subscribes waits for no other service.
final class SessionLeases: Sendable {
    /// One session's own part of every job's search space.
    struct Lease: Hashable, Sendable {
        let extranonce1: UInt32
        /// As the job service signed it.
        let signed: [UInt8]
        /// Unix time in milliseconds.
        let expiresAtMs: UInt64
    }

    /// Leases that are kept ready.
    static let stockCountMax = 1_024
    /// Below this many, more are fetched.
    static let stockCountLow = 512
    /// Leases in one call, as the contract bounds it.
    static let callCountMax = 1_000
    /// Leases in stock, those included that were taken back.
    static let returnedCountMax = 4_096
    /// Between attempts while the job service is away.
    private static let pause: Duration = .milliseconds(500)
    /// A lease that ends so soon is worth nothing to whoever begins or comes back, in milliseconds.
    static let restMsMin: UInt64 = 3_600_000

    private let jobs: JobsClient
    private let surroundings: Surroundings
    private let stock = Mutex<[Lease]>([])
    private let (needs, need) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(jobs: JobsClient, surroundings: Surroundings) {
        self.jobs = jobs
        self.surroundings = surroundings
    }

    /// - Returns: `nil` when there is none at the moment: `arrived` will be called.
    func take() -> Lease? {
        let nowMs = surroundings.clock.unixMilliseconds
        let (lease, count) = stock.withLock { stock in
            while let lease = stock.popLast() {
                if lease.expiresAtMs > nowMs + Self.restMsMin { return (Lease?.some(lease), stock.count) }
            }
            return (nil, 0)
        }
        if count < Self.stockCountLow { need.yield() }
        return lease
    }

    /// Takes a lease back that nobody used: connections that come and go must not use up what a job service has.
    func giveBack(_ lease: Lease) {
        guard lease.expiresAtMs > surroundings.clock.unixMilliseconds + Self.restMsMin else { return }
        stock.withLock { stock in
            guard stock.count < Self.returnedCountMax else { return }
            // Behind all others: whoever had it may still be searching.
            stock.insert(lease, at: 0)
        }
    }

    /// Fetches what is missing until its task is cancelled.
    ///
    /// - Parameter arrived: Called after each delivery.
    func run(arrived: @Sendable () -> Void) async {
        need.yield()
        for await _ in needs {
            while !Task.isCancelled {
                let missing = Self.stockCountMax - stock.withLock(\.count)
                guard missing > 0 else { break }
                do throws(RPCError) {
                    let count = UInt32(min(missing, Self.callCountMax))
                    let leases = try await jobs.leaseSessions(LeaseSessionsRequest(count: count)).leases
                    stock.withLock { $0.append(contentsOf: leases) }
                    arrived()
                } catch {
                    surroundings.log.warning("no search space for sessions", ["reason": error])
                    try? await surroundings.clock.sleep(for: Self.pause)
                }
            }
        }
    }

    /// The same extranonce1 values for longer.
    ///
    /// - Parameter signed: At most `callCountMax` leases.
    /// - Returns: Those that live on.
    /// - Throws: When the job service does not answer.
    func renew(_ signed: [[UInt8]]) async throws(RPCError) -> [Lease] {
        try await jobs.renewSessions(RenewSessionsRequest(signedLeases: signed)).leases
    }
}

extension LeaseSessionsReply {
    fileprivate var leases: [SessionLeases.Lease] {
        offers.compactMap { offer in
            offer.lease.map {
                SessionLeases.Lease(extranonce1: $0.extranonce1, signed: offer.signedLease, expiresAtMs: $0.expiresAtMs)
            }
        }
    }
}
