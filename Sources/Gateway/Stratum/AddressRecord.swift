import ServiceRuntime
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
    /// Its shares that the other loops have not heard of.
    var counts = InvalidShareWindow.Counts()
    /// When its last share was counted, by the same.
    var countedAtMs: UInt64 = 0

    private let windows: AddressWindows
    private let window: AddressWindow

    init(_ address: RemoteAddress, doorbell: TokenBucket, in windows: AddressWindows) {
        self.address = address
        self.doorbell = doorbell
        self.windows = windows
        window = windows.hold(address)
    }

    deinit {
        windows.letGo(address)
    }

    /// Lets the other loops hear of its shares; `part` is the smallest part of invalid ones that is too many, in hundredths of
    /// a percent, and 0 for none.
    ///
    /// - Returns: Whether too many are invalid, over all loops.
    func handOn(nowMs: UInt64, part: Int) -> Bool {
        defer { counts = InvalidShareWindow.Counts() }
        return window.add(counts, nowMs: nowMs, part: part)
    }
}
