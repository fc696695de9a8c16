import StratumProtocol
import Synchronization
import System

/// How the shares of each address fared, over all loops: the kernel spreads an address's connections over them.
///
/// An address is known here for as long as one loop remembers it, which bounds them.
final class AddressWindows: Sendable {
    private struct Holding {
        let window = AddressWindow()
        /// Loops that remember the address.
        private(set) var loopCount = 0

        mutating func hold() -> AddressWindow {
            loopCount += 1
            return window
        }

        mutating func letGo() {
            loopCount -= 1
        }
    }

    private let holdings = Mutex<[RemoteAddress: Holding]>([:])

    /// The address's, the same one for each loop; `letGo` must follow.
    func hold(_ address: RemoteAddress) -> AddressWindow {
        holdings.withLock { $0[address, default: Holding()].hold() }
    }

    func letGo(_ address: RemoteAddress) {
        holdings.withLock { holdings in
            guard let place = holdings.index(forKey: address) else { return }
            holdings.values[place].letGo()
            if holdings.values[place].loopCount == 0 { holdings.remove(at: place) }
        }
    }
}

/// The shares of one address.
final class AddressWindow: Sendable {
    private let window = Mutex(InvalidShareWindow())

    /// Counts more shares; `part` is the smallest part of invalid ones that is too many, in hundredths of a percent, and 0 for
    /// none.
    ///
    /// - Returns: Whether there are too many; then counting begins anew.
    func add(_ counts: InvalidShareWindow.Counts, nowMs: UInt64, part: Int) -> Bool {
        window.withLock { window in
            window.add(counts, nowMs: nowMs)
            guard counts.hasInvalid, part > 0, window.isExceeded(part: part) else { return false }
            window = InvalidShareWindow()
            return true
        }
    }
}
