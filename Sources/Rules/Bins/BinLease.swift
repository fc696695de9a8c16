package import MiningDomain

/// A slice that belongs to one client for a while.
package struct BinLease: Hashable, Sendable {
    /// Unique, for ever.
    package let id: UInt64
    package let client: BinClient
    package let job: JobID
    package let slice: BinSlice
    /// The header's time, in seconds since 1970.
    package let time: UInt32
    /// Unix time, in milliseconds.
    package let issuedAtMs: UInt64
    package let expiresAtMs: UInt64
    /// How long it should take, in milliseconds; `nil` when the client's speed is not known.
    package let expectedMs: UInt64?

    package init(
        id: UInt64,
        client: BinClient,
        job: JobID,
        slice: BinSlice,
        time: UInt32,
        issuedAtMs: UInt64,
        expiresAtMs: UInt64,
        expectedMs: UInt64?
    ) {
        self.id = id
        self.client = client
        self.job = job
        self.slice = slice
        self.time = time
        self.issuedAtMs = issuedAtMs
        self.expiresAtMs = expiresAtMs
        self.expectedMs = expectedMs
    }
}
