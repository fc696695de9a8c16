import ServiceRuntime
import System

/// The addresses that one loop remembers: those with a connection, and the others for a while.
struct AddressBook {
    /// Past so many, those without a connection are forgotten.
    static let countMax = 100_000
    /// How long one is remembered after its last share, in milliseconds.
    static let keepMs: UInt64 = 300_000
    /// The same after it last knocked: until it may knock as often as anybody new.
    static let knockKeepMs: UInt64 = 15_000

    private let rate: TokenBucket.Rate
    private let windows: AddressWindows
    private var records: [RemoteAddress: AddressRecord] = [:]

    /// - Parameters:
    ///   - rate: How fast one address may begin connections.
    ///   - windows: What the loops know of addresses together.
    init(rate: TokenBucket.Rate, windows: AddressWindows) {
        self.rate = rate
        self.windows = windows
    }

    /// The address's record, a new one when it has none.
    mutating func record(of address: RemoteAddress, nowMs: UInt64) -> AddressRecord {
        if let known = records[address] { return known }
        if records.count >= Self.countMax { records = records.filter { $0.value.connectionCount > 0 } }
        let record = AddressRecord(address, doorbell: TokenBucket(full: rate, at: nowMs), in: windows)
        records[address] = record
        return record
    }

    /// Forgets those without a connection whose shares and knocks were long ago.
    mutating func forget(nowMs: UInt64) {
        records = records.filter { _, record in
            record.connectionCount > 0 || record.countedAtMs + Self.keepMs > nowMs
                || record.openedAtMs + Self.knockKeepMs > nowMs
        }
    }
}
