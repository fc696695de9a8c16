import Glibc
import Synchronization
import System

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

    /// The connections that are sending a stream.
    var streaming: [(connection: ClientConnection, stream: ResponseStream)] {
        state.withLock { state in
            state.connections.values.compactMap { connection in
                connection.stream.withLock(\.self).map { (connection, $0) }
            }
        }
    }

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

    /// Finds the clients that send nothing more, which libmicrohttpd may have missed.
    ///
    /// It waits for edges and takes a short read for the end of what has come: when a client's last bytes and its
    /// goodbye come together, it never reads the goodbye. A shutdown for reading changes nothing on such a
    /// connection, but makes a new edge; what to do then is libmicrohttpd's to know.
    ///
    /// - Returns: Those that are being streamed to.
    func nudgeDeparted() -> [ResponseStream] {
        state.withLock { state in
            let connections = Array(state.connections.values)
            var entries = connections.map { pollfd(fd: $0.descriptor, events: Self.departure, revents: 0) }
            guard unsafe poll(&entries, nfds_t(entries.count), 0) > 0 else { return [] }
            return zip(connections, entries).compactMap { connection, entry in
                guard entry.revents != 0 else { return nil }
                if let stream = connection.stream.withLock(\.self) { return stream }
                shutdown(connection.descriptor, Int32(SHUT_RD))
                return nil
            }
        }
    }

    /// Linux's POLLRDHUP: the other side has closed, or shut down its sending half.
    private static let departure: Int16 = 0x2000

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
