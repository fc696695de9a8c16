import StratumProtocol
import System

/// What one loop knows of an address, over all its connections and a while after the last.
final class AddressRecord {
    let address: RemoteAddress
    var connectionCount = 0
    /// How many of its shares are invalid.
    var window = InvalidShareWindow()
    /// When its last share was counted; Unix time in milliseconds.
    var countedAtMs: UInt64 = 0

    init(_ address: RemoteAddress) {
        self.address = address
    }
}
