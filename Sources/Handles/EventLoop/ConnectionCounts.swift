import Synchronization
import System

/// How many connections there are over all loops of a server, and how many of them each network has.
final class ConnectionCounts: Sendable {
    private let countMax: Int
    private let perAddressMax: Int
    private let count = Atomic(0)
    // Bounded by the connections of all loops.
    private let counts = Mutex<[RemoteAddress: Int]>([:])

    init(_ settings: LoopSettings) {
        countMax = settings.connectionCountMax
        perAddressMax = settings.connectionCountPerAddressMax
    }

    /// - Returns: Whether there was room for one more; `leave` must follow in either case.
    func enter() -> Bool {
        count.add(1, ordering: .relaxed).newValue <= countMax
    }

    func leave() {
        count.subtract(1, ordering: .relaxed)
    }

    /// - Returns: `false` when the address has its share already; else `leave` must follow.
    func enter(_ address: RemoteAddress) -> Bool {
        counts.withLock { counts in
            let count = counts[address.network, default: 0]
            guard count < perAddressMax else { return false }
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
