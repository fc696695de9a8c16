import Messages
import Synchronization

/// What a test's pool does about sessions.
struct FakeSessions: Sendable {
    static let firstExtranonce1: UInt32 = 0x0102_0304

    /// The next lease's.
    var extranonce1 = Self.firstExtranonce1
    var leaseEndMs: UInt64 = 4_000_000_000_000
    var leasesError: RPCError?
    var renewalsError: RPCError?
    /// Values that are not given again.
    var unrenewable: Set<UInt32> = []
    var renewals: [RenewSessionsRequest] = []
    /// Every call, repeats included.
    var calls: [JudgeSessionSharesRequest] = []
    /// By nonce; accepted when a test does not say.
    var statuses: [UInt32: ShareStatus] = [:]
    var solvingNonces: Set<UInt32> = []
    /// What the next calls fail with.
    var failures: [RPCError] = []
    /// While it stands, calls wait.
    var gate: Gate?

    var shareCount: Int { calls.reduce(0) { $0 + $1.nonces.count } }

    mutating func offer(_ extranonce1: UInt32) -> SessionOffer {
        SessionOffer(
            signedLease: Array("session \(extranonce1) \(leaseEndMs)".utf8),
            lease: SessionLease(
                leaseID: UInt64(extranonce1),
                extranonce1: extranonce1,
                issuedAtMs: 1,
                expiresAtMs: leaseEndMs
            )
        )
    }
}

extension FakePool {
    /// Leases that were given away, renewals aside.
    var leaseCount: UInt32 { read { $0.sessions.extranonce1 - FakeSessions.firstExtranonce1 } }

    func lease(_ request: LeaseSessionsRequest) throws(RPCError) -> LeaseSessionsReply {
        let (offers, error) = state.withLock { state in
            let offers = (0..<request.count).map { _ in
                defer { state.sessions.extranonce1 += 1 }
                return state.sessions.offer(state.sessions.extranonce1)
            }
            return (offers, state.sessions.leasesError)
        }
        if let error { throw error }
        return LeaseSessionsReply(offers: offers)
    }

    func renew(_ request: RenewSessionsRequest) throws(RPCError) -> LeaseSessionsReply {
        let (offers, error) = state.withLock { state in
            state.sessions.renewals.append(request)
            let values = request.signedLeases.compactMap { lease in
                UInt32(String(decoding: lease, as: UTF8.self).split(separator: " ")[1])
            }
            let offers = values.filter { !state.sessions.unrenewable.contains($0) }.map { state.sessions.offer($0) }
            return (offers, state.sessions.renewalsError)
        }
        if let error { throw error }
        return LeaseSessionsReply(offers: offers)
    }

    func judge(_ request: JudgeSessionSharesRequest) async throws(RPCError) -> JudgeSessionSharesReply {
        let (gate, failure) = state.withLock { state in
            state.sessions.calls.append(request)
            let failure = state.sessions.failures.isEmpty ? nil : state.sessions.failures.removeFirst()
            return (state.sessions.gate, failure)
        }
        await gate?.pass()
        if let failure { throw failure }
        return state.withLock { state in
            let sessions = state.sessions
            return JudgeSessionSharesReply(
                statuses: zip(request.nonces, request.presumed).map { nonce, presumed in
                    presumed != 0 ? presumed : (sessions.statuses[nonce] ?? .accepted).rawValue
                },
                blockPlaces: request.nonces.indices.filter { sessions.solvingNonces.contains(request.nonces[$0]) }
                    .map { UInt32($0) }
            )
        }
    }
}
