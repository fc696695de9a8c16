import StratumProtocol
import System

/// What one loop knows of an address, over all its connections and a while after the last.
final class AddressRecord {
    let address: RemoteAddress
    var connectionCount = 0
    /// When it last knocked, in milliseconds of a clock that never goes back.
    var openedAtMs: UInt64 = 0
    /// Connections that it may still begin.
    var doorbell: TokenBucket
    /// How many of its shares are invalid.
    var window = InvalidShareWindow()
    /// When its last share was counted, by the same.
    var countedAtMs: UInt64 = 0

    init(_ address: RemoteAddress, doorbell: TokenBucket) {
        self.address = address
        self.doorbell = doorbell
    }
}
