import Synchronization
import TestSupport

/// Watches every step at the proxies, and does a fault at a chosen one, once.
final class FaultDirector: Checkpoint {
    enum Moment: String, CaseIterable, Sendable {
        /// The neighbour has not seen the call.
        case before
        /// The neighbour has done it, and the caller has no answer yet.
        case after
    }

    struct Trap: Sendable {
        let step: String
        let moment: Moment
        /// Does the fault; returns what becomes of the call or its answer.
        let act: @Sendable () async -> Passage
    }

    fileprivate struct State {
        var names = StepNames()
        /// The step that each connection is in the middle of.
        var current: [String: String] = [:]
        var seen: [String] = []
        var payoutRunCount = 0
        /// Each waits for the one before it.
        var traps: [Trap] = []
        var blocked: Set<String> = []
    }

    private let state = Mutex(State())

    /// The first step of new payouts.
    static let planning = "INSERT meta payouts_planned_ms"

    /// The step that touches nobody but the disk.
    static let storing = "candidate on disk"

    /// Every step that was seen since the last `forget`, in the order of its first time.
    var seen: [String] { state.withLock(\.seen) }

    /// How often the pool has begun to go through its payouts.
    var payoutRunCount: Int { state.withLock(\.payoutRunCount) }

    func forget() {
        state.withLock { $0.seen = [] }
    }

    /// Whether a trap is still waiting for its step.
    var isArmed: Bool { state.withLock { !$0.traps.isEmpty } }

    /// Sets traps, one to be sprung after the other.
    func arm(_ traps: [Trap]) {
        state.withLock { $0.traps = traps }
    }

    /// These steps do not reach the neighbour from now on: they are cut off.
    func block(_ steps: Set<String>) {
        state.withLock { $0.blocked = steps }
    }

    func before(_ call: ProxiedCall) async -> Passage {
        let (isCut, trap) = state.withLock { state -> (Bool, Trap?) in
            if call.text.contains("pg_try_advisory_lock") { state.payoutRunCount += 1 }
            let step = state.names.step(of: call)
            state.current[call.line] = step
            guard let step else { return (false, nil) }
            if state.blocked.contains(step) { return (true, nil) }
            if !state.seen.contains(step) { state.seen.append(step) }
            return (false, state.spring(step, .before))
        }
        if isCut { return .cut }
        return await trap?.act() ?? .pass
    }

    /// A candidate's file begins to be, or has got its name, which is when it is whole.
    func candidate(_ moment: Moment) async {
        let trap = state.withLock { state in
            if !state.seen.contains(Self.storing) { state.seen.append(Self.storing) }
            return state.spring(Self.storing, moment)
        }
        _ = await trap?.act()
    }

    func after(_ call: ProxiedCall) async -> Passage {
        let trap = state.withLock { state in
            state.current.removeValue(forKey: call.line).flatMap { state.spring($0, .after) }
        }
        return await trap?.act() ?? .pass
    }
}

extension FaultDirector.State {
    /// The trap, if it is for this moment; it is used up then.
    fileprivate mutating func spring(_ step: String, _ moment: FaultDirector.Moment) -> FaultDirector.Trap? {
        guard let trap = traps.first, trap.step == step, trap.moment == moment else { return nil }
        return traps.removeFirst()
    }
}

extension ProxiedCall {
    /// Its connection among those of all proxies.
    fileprivate var line: String { "\(neighbour.rawValue) \(connection)" }
}
