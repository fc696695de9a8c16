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

    private struct State {
        var sessions: [String: (kept: Kept, atMs: UInt64)] = [:]
        /// In the order of their breaking; may name some that came back.
        var line: [(name: String, atMs: UInt64)] = []
        /// The loops of sessions whose connection is open: as many as there are connections.
        var living: [String: Int] = [:]
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
            state.sessions[name] = (kept, nowMs)
            state.line.append((name, nowMs))
            var goneCount = 0
            var unused: [SessionLeases.Lease] = []
            for entry in state.line {
                let isOld = entry.atMs + Self.keepMs <= nowMs
                guard isOld || state.line.count - goneCount > Self.sessionCountMax else { break }
                goneCount += 1
                guard let gone = state.sessions[entry.name], gone.atMs == entry.atMs else { continue }
                state.sessions[entry.name] = nil
                if !gone.kept.hasShares { unused.append(gone.kept.lease) }
            }
            if goneCount > 0 { state.line.removeFirst(goneCount) }
            return unused
        }
    }

    /// Gives a session back, once.
    func take(_ name: String) -> Kept? {
        let nowMs = clock.monotonicMilliseconds
        let found = state.withLock { $0.sessions.removeValue(forKey: name) }
        return found.flatMap { $0.atMs + Self.keepMs > nowMs ? $0.kept : nil }
    }

    var count: Int { state.withLock { $0.sessions.count } }
    var livingCount: Int { state.withLock { $0.living.count } }
}
