import Dispatch
import Synchronization

/// Looks names up without holding up the loop.
final class LookupDesk {
    private typealias Outcome = Result<[SocketAddress], LookupError>

    /// Where other threads leave what they found.
    private final class Tray: Sendable {
        let wakeUp: WakeUp
        let outcomes = Mutex<[(id: UInt64, outcome: Outcome)]>([])

        init() throws(EventLoopError) {
            wakeUp = try WakeUp()
        }
    }

    private unowned let machine: LoopMachine
    private let tray: Tray
    private var bell: Bell?
    private var waiting: [UInt64: Connection] = [:]
    private var nextID: UInt64 = 0

    init?(_ machine: LoopMachine) {
        guard let tray = try? Tray() else { return nil }
        self.machine = machine
        self.tray = tray
        bell = Bell(machine.base, tray.wakeUp.descriptor) { [unowned self] in collect() }
    }

    /// - Returns: `false` when too many are under way.
    func begin(for connection: Connection, host: String, port: UInt16) -> Bool {
        guard waiting.count < machine.limits.lookupCountMax else { return false }
        nextID += 1
        let id = nextID
        waiting[id] = connection
        let tray = tray
        DispatchQueue.global().async {
            let outcome = Outcome { () throws(LookupError) in try SocketAddress.find(host, port: port, flags: 0) }
            tray.outcomes.withLock { $0.append((id, outcome)) }
            tray.wakeUp.ring()
        }
        return true
    }

    private func collect() {
        tray.wakeUp.silence()
        machine.refreshTime()
        let outcomes = tray.outcomes.withLock { outcomes in
            defer { outcomes = [] }
            return outcomes
        }
        for (id, outcome) in outcomes { waiting.removeValue(forKey: id)?.found(outcome) }
    }
}
