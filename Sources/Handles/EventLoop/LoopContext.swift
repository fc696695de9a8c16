import System

/// A loop as its own handler sees it.
///
/// Confined to the loop's thread.
package final class LoopContext<Session: AnyObject> {
    private unowned let machine: LoopMachine

    /// For tasks that are part of what the loop does: they begin and go on at its thread.
    package let executor: LoopExecutor

    init(_ machine: LoopMachine, _ executor: LoopExecutor) {
        self.machine = machine
        self.executor = executor
    }

    /// When this turn began, in milliseconds of a clock that never goes back.
    package var nowMs: UInt64 {
        machine.refreshTime()
        return machine.nowMs
    }

    /// Links that are open, opening or closing.
    package var linkCount: Int { machine.roster.connections.count }

    /// Begins to connect.
    ///
    /// `LoopHandler.opened` follows when the link can be used, or `closed` with the reason. What is sent before goes out
    /// then. `host` is an address or a name, whose addresses are tried in turn; without `tls` it is plain text.
    package func connect(to host: String, port: UInt16, tls: ClientTLS? = nil, session: Session) -> Link<Session> {
        let link = Link<Session>(
            machine,
            descriptor: -1,
            address: .unspecified,
            door: nil,
            phase: .connecting
        )
        link.session = session
        machine.connect(link, ConnectPlan(host: host, port: port, tls: tls))
        return link
    }
}
