import Glibc
import Synchronization

/// Every open connection, counted by address.
final class ConnectionTable: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: ClientConnection] = [:]
        var counts: [RemoteAddress: Int] = [:]
    }

    private let countPerAddressMax: Int
    private let unlimitedPeers: Set<RemoteAddress>
    private let state = Mutex(State())

    init(_ limits: HTTPLimits) {
        countPerAddressMax = limits.connectionCountPerAddressMax
        unlimitedPeers = limits.unlimitedPeers
    }

    var count: Int { state.withLock { $0.connections.count } }

    func mayOpen(from peer: RemoteAddress) -> Bool {
        unlimitedPeers.contains(peer)
            || state.withLock { $0.counts[peer.network, default: 0] < countPerAddressMax }
    }

    func opened(_ connection: ClientConnection) {
        state.withLock { state in
            state.connections[ObjectIdentifier(connection)] = connection
            state.counts[connection.peer.network, default: 0] += 1
        }
    }

    /// Comes before the descriptor is closed, so that `cut` never meets a stranger's descriptor of the same number.
    func closed(_ connection: ClientConnection) {
        state.withLock { state in
            guard state.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
            let network = connection.peer.network
            let count = state.counts[network, default: 1] - 1
            state.counts[network] = count > 0 ? count : nil
        }
    }

    func cut(_ connection: ClientConnection) {
        state.withLock { state in
            guard state.connections[ObjectIdentifier(connection)] != nil else { return }
            shutdown(connection.descriptor, Int32(SHUT_RDWR))
        }
    }

    /// Cuts off whoever has had its time.
    func cutOverdue(at now: Int64) {
        state.withLock { state in
            for connection in state.connections.values where connection.isOver(at: now) {
                connection.setDeadline(.max)
                shutdown(connection.descriptor, Int32(SHUT_RDWR))
            }
        }
    }
}
