import ServiceRuntime
import StratumProtocol
import System
import Testing

@testable import Gateway

/// What the loops know together of an address's shares.
@Suite struct AddressWindowsTests {
    private static func counts(_ invalid: Int) -> InvalidShareWindow.Counts {
        var counts = InvalidShareWindow.Counts()
        for _ in 0..<invalid { counts.recordMalformed() }
        return counts
    }

    private func record(_ address: RemoteAddress, in windows: AddressWindows) -> AddressRecord {
        let rate = TokenBucket.Rate(perSecond: 1, burst: 1)
        return AddressRecord(address, doorbell: TokenBucket(full: rate, at: 0), in: windows)
    }

    /// Where the loops count together, as whoever comes now would.
    private static func window(of address: RemoteAddress, in windows: AddressWindows) -> AddressWindow {
        defer { windows.letGo(address) }
        return windows.hold(address)
    }

    @Test func anAddressIsKnownForAsLongAsOneLoopRemembersIt() throws {
        let windows = AddressWindows()
        let address = try #require(RemoteAddress("192.0.2.7"))
        let first = record(address, in: windows)
        let window = Self.window(of: address, in: windows)
        first.counts = Self.counts(49)
        #expect(!first.handOn(nowMs: 0, part: 3_000))
        do {
            let second = record(address, in: windows)
            #expect(Self.window(of: address, in: windows) === window)
            second.counts = Self.counts(1)
            #expect(second.handOn(nowMs: 0, part: 3_000))
            // Counting begins anew, for both.
            first.counts = Self.counts(49)
            #expect(!first.handOn(nowMs: 0, part: 3_000))
        }
        #expect(Self.window(of: address, in: windows) === window)
        withExtendedLifetime(first) {}
    }

    @Test func nothingIsKeptOfAnAddressThatNoLoopRemembers() throws {
        let windows = AddressWindows()
        for last in 0..<200 {
            let address = try #require(RemoteAddress("192.0.2.\(last)"))
            weak var window: AddressWindow?
            do {
                let records = [record(address, in: windows), record(address, in: windows)]
                window = Self.window(of: address, in: windows)
                withExtendedLifetime(records) { #expect(window != nil) }
            }
            #expect(window == nil)
        }
    }

    @Test func whereNobodyIsBannedNothingIsTooMuch() throws {
        let windows = AddressWindows()
        let record = record(try #require(RemoteAddress("192.0.2.7")), in: windows)
        record.counts = Self.counts(1_000)
        #expect(!record.handOn(nowMs: 0, part: 0) && record.counts.isEmpty)
    }
}
