import ServiceRuntime
import StratumProtocol
import Synchronization

/// The names of all sessions, and what those were whose connection broke, for a while: who comes back goes on in the same search
/// space.
final class SessionMemory: Sendable {
    /// What a session goes on with.
    ///
    /// Its difficulties as sent belong to it: without them, who comes back could have an old job's shares judged anew.
    struct Kept: Sendable {
        let lease: SessionLeases.Lease
        /// The lease before, for shares of what was sent under it.
        let earlier: (lease: SessionLeases.Lease, until: SentJob)?
        let epochs: DifficultyEpochs
        let vardiff: Vardiff
        let options: PasswordOptions
        let rolling: VersionRolling
        /// The last job that it was sent.
        let sent: SentJob
        /// Whether it ever sent a share: until then its search space is as good as new.
        let hasShares: Bool
    }

    /// Sessions remembered; past it the oldest are forgotten.
    static let sessionCountMax = 20_000
    /// How long, in milliseconds: about as long as their jobs live.
    static let keepMs: UInt64 = 600_000

    private struct Broken {
        let name: String
        let kept: Kept
        let atMs: UInt64
    }

    private struct State {
        /// In the order of their breaking.
        var line = ArrivalLine<Broken>()
        /// Where in the line each of them stands, by name.
        var places: [String: UInt64] = [:]
        /// The loops of sessions whose connection is open: as many as there are connections.
        var living: [String: Int] = [:]

        mutating func remove(_ name: String) {
            if let place = places.removeValue(forKey: name) { line.remove(at: place) }
        }
    }

    private let clock: any WallClock
    private let state = Mutex(State())

    init(clock: any WallClock) {
        self.clock = clock
    }

    /// A session has a connection, at the loop of this place.
    func began(_ name: String, at loop: Int) {
        state.withLock { $0.living[name] = loop }
    }

    /// The session's connection is over.
    func ended(_ name: String) {
        _ = state.withLock { $0.living.removeValue(forKey: name) }
    }

    /// Where a session has a connection, as far as the pool has seen.
    func loop(of name: String) -> Int? { state.withLock { $0.living[name] } }

    /// - Returns: Search spaces of sessions that are forgotten now, and in which no share was ever found: others may have them.
    func keep(_ kept: Kept, called name: String) -> [SessionLeases.Lease] {
        let nowMs = clock.monotonicMilliseconds
        return state.withLock { state in
            state.remove(name)
            state.places[name] = state.line.append(Broken(name: name, kept: kept, atMs: nowMs))
            var unused: [SessionLeases.Lease] = []
            while let oldest = state.line.first,
                oldest.atMs + Self.keepMs <= nowMs || state.line.count > Self.sessionCountMax
            {
                state.remove(oldest.name)
                if !oldest.kept.hasShares { unused.append(oldest.kept.lease) }
            }
            return unused
        }
    }

    /// Gives a session back, once; none whose lease is about to end.
    func take(_ name: String) -> Kept? {
        let nowMs = clock.monotonicMilliseconds
        let endMs = clock.unixMilliseconds + SessionLeases.restMsMin
        return state.withLock { state in
            // Who comes too late is forgotten with the others: its search space may be as good as new.
            guard let broken = state.places[name].flatMap({ state.line[$0] }), broken.atMs + Self.keepMs > nowMs,
                broken.kept.lease.expiresAtMs > endMs
            else { return nil }
            state.remove(name)
            return broken.kept
        }
    }
}
