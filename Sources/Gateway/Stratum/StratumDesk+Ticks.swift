import EventLoop
import Messages
import MiningDomain
import ServiceRuntime
import StratumProtocol
import System

/// When what is due was done last.
struct StratumTicks {
    var lookedAtMs: UInt64 = 0
    var renewedAtMs: UInt64 = 0
    var forgotAtMs: UInt64 = 0
    var isRenewing = false
    var accessGeneration: UInt64 = 0
    var banCount: UInt64 = 0
}

extension StratumDesk {
    /// How often every session is looked at, in milliseconds.
    private static let lookMs: UInt64 = 1_000
    /// How often addresses are looked through, in milliseconds.
    private static let forgetMs: UInt64 = 10_000
    /// How often leases are looked through, in milliseconds.
    private static let renewMs: UInt64 = 60_000
    /// A lease that ends so soon is renewed, in milliseconds.
    private static let leaseRestMsMin: UInt64 = 12 * 3_600_000
    /// How long a connection may go on without anybody authorized, in milliseconds.
    static let strangerMsMax: UInt64 = 120_000

    func keepTime() {
        guard nowMs >= ticks.lookedAtMs + Self.lookMs else { return }
        ticks.lookedAtMs = nowMs
        let notifyMs = office.settings.notifyTime.wholeMilliseconds
        let generation = office.access.generation
        let isAccessNew = generation != ticks.accessGeneration
        ticks.accessGeneration = generation
        for session in sessions where session.link.isOpen {
            if isAccessNew { dropDenied(session) }
            if session.workers.isEmpty, session.openedAtMs + Self.strangerMsMax <= nowMs {
                farewell(session, .unauthorized)
                continue
            }
            guard session.sent != nil else { continue }
            take(session.vardiff.tick(nowMs: nowMs, office.vardiff), session)
            // A pool that is silent is taken for dead.
            if let sent = session.sent, sent.atMs + notifyMs <= nowMs { sendJob(to: session, isClean: false) }
        }
        if office.bans.changeCount != ticks.banCount {
            ticks.banCount = office.bans.changeCount
            closeBanned()
        }
        forgetAddresses()
        renewLeases()
    }

    /// Nobody goes on who is not let in any more; it is said to whoever watches the miner.
    private func dropDenied(_ session: StratumSession) {
        let count = session.workers.count
        session.workers.removeAll { !office.access.allows($0.client.address) }
        guard session.workers.count < count else { return }
        show(StratumError.accountDenied.text, to: session)
    }

    private func forgetAddresses() {
        guard nowMs >= ticks.forgotAtMs + Self.forgetMs else { return }
        ticks.forgotAtMs = nowMs
        addresses.forget(nowMs: nowMs)
    }

    // MARK: - Leases

    private func renewLeases() {
        guard nowMs >= ticks.renewedAtMs + Self.renewMs, !ticks.isRenewing else { return }
        ticks.renewedAtMs = nowMs
        let restMs = office.surroundings.clock.unixMilliseconds + Self.leaseRestMsMin
        let old = sessions.compactMap(\.lease).filter { $0.expiresAtMs < restMs }
        guard !old.isEmpty else { return }
        ticks.isRenewing = send(.renew(old.prefix(SessionLeases.callCountMax).map(\.signed)))
    }

    /// The same extranonce1 values, for longer; who is not among them gets another.
    func renewed(_ leases: [SessionLeases.Lease]?, asked: [[UInt8]]) {
        ticks.isRenewing = false
        guard let leases else { return }
        let fresh = Dictionary(leases.map { ($0.extranonce1, $0) }, uniquingKeysWith: { first, _ in first })
        let asked = Set(asked)
        for session in sessions {
            guard let lease = session.lease, asked.contains(lease.signed) else { continue }
            if let next = fresh[lease.extranonce1] { session.lease = next } else { replaceLease(of: session) }
        }
    }

    /// Another search space: from the next job on, and that at once.
    private func replaceLease(of session: StratumSession) {
        guard session.wantsSetExtranonce, job != nil, let old = session.lease, let sent = session.sent,
            let next = office.leases.take()
        else {
            askToReconnect(session)
            // Who comes back must not go on with it: it would end under them.
            forget(session)
            session.link.close()
            return
        }
        answer(session) { StratumWriter.appendSetExtranonce(next.extranonce1, to: &$0) }
        session.lease = next
        sendJob(to: session, isClean: true, isElsewhere: true)
        session.earlier = (old, session.sent ?? sent)
    }

    // MARK: - The end

    /// Asks every miner that has subscribed to connect again; what it has sent is still answered.
    func drain(drained: @escaping @Sendable () -> Void) {
        self.drained = drained
        for session in sessions { askToReconnect(session) }
        sendShares()
        tellWhenDrained()
    }

    func tellWhenDrained() {
        if sessions.isEmpty, openShareCount == 0 { drained?() }
    }
}
