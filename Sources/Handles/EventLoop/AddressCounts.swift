import Synchronization
import System

/// How many connections each network has, over all loops of a server.
final class AddressCounts: Sendable {
    private let countMax: Int
    private let unlimited: Set<RemoteAddress>
    // Bounded by the connections of all loops.
    private let counts = Mutex<[RemoteAddress: Int]>([:])

    init(_ settings: LoopSettings) {
        countMax = settings.connectionCountPerAddressMax
        unlimited = settings.unlimitedPeers
    }

    /// - Returns: `false` when the address has its share already; else `leave` must follow.
    func enter(_ address: RemoteAddress) -> Bool {
        let isLimited = !unlimited.contains(address)
        return counts.withLock { counts in
            let count = counts[address.network, default: 0]
            guard !isLimited || count < countMax else { return false }
            counts[address.network] = count + 1
            return true
        }
    }

    func leave(_ address: RemoteAddress) {
        counts.withLock { counts in
            let count = counts[address.network, default: 1] - 1
            counts[address.network] = count > 0 ? count : nil
        }
    }
}
