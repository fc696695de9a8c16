import Messages
import ServiceRuntime
import System

/// Leases whole extranonce1 values to stratum sessions, and renews those leases; remembers only when they end.
struct SessionDesk: Sendable {
    /// Leases of one call.
    static let countMax = 1_000

    let lifetimeMs: UInt64
    let extranonces: ExtranonceCounter
    let signer: SessionSigner
    let metrics: JobMetrics
    let surroundings: Surroundings
    /// Writes to disk wait here.
    private let queue = BlockingQueue(label: "session-leases")

    init(
        lifetimeMs: UInt64,
        extranonces: ExtranonceCounter,
        signer: SessionSigner,
        metrics: JobMetrics,
        surroundings: Surroundings
    ) {
        self.lifetimeMs = lifetimeMs
        self.extranonces = extranonces
        self.signer = signer
        self.metrics = metrics
        self.surroundings = surroundings
    }

    func lease(_ request: LeaseSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        let count = try Self.checked(Int(request.count))
        let nowMs = surroundings.clock.unixMilliseconds
        let values = try await kept { extranonces throws(ExtranonceError) in
            try extranonces.take(count, untilMs: nowMs + lifetimeMs, nowMs: nowMs)
        }
        metrics.sessionsLeased.increment(by: UInt64(count))
        // An extranonce1 never comes again within a second, so both together never do.
        return LeaseSessionsReply(offers: values.map { offer($0, id: UInt64($0) << 32 | nowMs / 1_000, nowMs: nowMs) })
    }

    func renew(_ request: RenewSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        _ = try Self.checked(request.signedLeases.count)
        let nowMs = surroundings.clock.unixMilliseconds
        let leases = request.signedLeases.map { signer.lease($0).flatMap { nowMs < $0.expiresAtMs ? $0 : nil } }
        let values = leases.compactMap { $0?.extranonce1 }
        var outcomes = try await kept { extranonces throws(ExtranonceError) in
            try extranonces.extend(values, untilMs: nowMs + lifetimeMs, nowMs: nowMs)
        }[...]
        let offers = leases.map { lease in
            guard let lease, outcomes.popFirst() == true else { return SessionOffer() }
            return offer(lease.extranonce1, id: lease.leaseID, nowMs: nowMs)
        }
        metrics.sessionsRenewed.increment(by: UInt64(offers.count { $0.lease != nil }))
        return LeaseSessionsReply(offers: offers)
    }

    private func offer(_ extranonce1: UInt32, id: UInt64, nowMs: UInt64) -> SessionOffer {
        signer.offer(
            SessionLease(
                leaseID: id,
                extranonce1: extranonce1,
                issuedAtMs: nowMs,
                expiresAtMs: nowMs + lifetimeMs
            )
        )
    }

    private static func checked(_ count: Int) throws(RPCError) -> Int {
        guard (1...countMax).contains(count) else {
            throw .invalidArgument("the number of sessions must be from 1 to \(countMax)")
        }
        return count
    }

    private func kept<Value: Sendable>(
        _ body: @escaping @Sendable (ExtranonceCounter) throws(ExtranonceError) -> Value
    ) async throws(RPCError) -> Value {
        do throws(ExtranonceError) {
            return try await queue.run { [extranonces] () throws(ExtranonceError) in try body(extranonces) }
        } catch {
            surroundings.log.error("no session can be leased", ["reason": error])
            throw error.answer
        }
    }
}
