internal import Synchronization

/// How services of one process find each other without a socket: by the same addresses, and with the same messages.
///
/// A call through a socket, even within a process, wakes several threads; without one it is an ordinary call. While a server
/// is not there yet, or stops, or has its hands full, the socket takes over, which knows how to wait.
package final class InProcessExchange: Sendable {
    private let servers = Mutex<[String: InProcessCalls]>([:])

    package init() {}

    func open(_ name: String, _ calls: InProcessCalls) {
        servers.withLock { $0[name] = calls }
    }

    func close(_ name: String, _ calls: InProcessCalls) {
        servers.withLock { servers in
            if servers[name] === calls { servers[name] = nil }
        }
    }

    func server(_ name: String) -> InProcessCalls? {
        servers.withLock { $0[name] }
    }
}

/// One exchange is itself, and no other.
extension InProcessExchange: Hashable {
    package static func == (left: InProcessExchange, right: InProcessExchange) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
