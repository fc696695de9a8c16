internal import BlockFormat
internal import Messages
import Synchronization

/// Clients that were looked at before: an address costs more to check than a share to record.
final class CheckedClients: Sendable {
    /// Past this all are forgotten, and looked at again.
    private static let countMax = 100_000

    private let network: Network
    private let known = Mutex<Set<Client>>([])

    init(on network: Network) {
        self.network = network
    }

    /// - Throws: `.invalidArgument` for a client that is missing or malformed.
    func check(_ clients: [Client?]) throws(RPCError) {
        let unknown = known.withLock { known in Set(clients.filter { $0.map { !known.contains($0) } ?? true }) }
        for client in unknown {
            guard let client else { throw .invalidArgument("client is not given") }
            _ = try client.checked(on: network)
        }
        guard !unknown.isEmpty else { return }
        known.withLock { known in
            if known.count + unknown.count > Self.countMax { known = [] }
            known.formUnion(unknown.compactMap(\.self).prefix(Self.countMax))
        }
    }
}
