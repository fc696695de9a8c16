/// What an operator may decide about bins.
package struct BinRules: Hashable, Sendable {
    /// How long a bin should keep its client busy, in milliseconds.
    package var targetMs: UInt64 = 5_000
    /// Positions of a client's first bin when nothing is known about it.
    package var firstSize: UInt64 = 100_000
    /// Positions of the smallest bin; a client of one hash a second gets five.
    package var sizeMin: UInt64 = 1
    /// Positions of the largest bin: over ten seconds of 100 TH/s, and 16,384 of them fit under one extranonce1.
    package var sizeMax: UInt64 = 1 << 50
    /// How many times larger than its last one a client's bin may be.
    package var growthMax: UInt64 = 4
    /// The next bin is offered when the current one should end within this time, in milliseconds.
    package var offerAheadMs: UInt64 = 1_000
    /// How many times its expected duration a bin may take before it is given to somebody else.
    package var lifetimeFactor: UInt64 = 6
    /// Bounds of that time, in milliseconds.
    package var lifetimeMinMs: UInt64 = 30_000
    package var lifetimeMaxMs: UInt64 = 600_000
    /// How long a client is remembered that does nothing, in milliseconds.
    package var clientIdleMs: UInt64 = 600_000
    /// Clients remembered at once; further ones are turned away until some have aged out.
    package var clientCountMax = 100_000

    package init() {}

    /// How many positions the next bin should have.
    ///
    /// - Parameters:
    ///   - hashrate: Hashes per second, as measured; `nil` before the first measurement.
    ///   - hint: Hashes per second, as the client says; 0 when it says nothing. Believed only until something is measured.
    ///   - lastSize: Positions of the client's last bin, if there was one.
    /// - Returns: Above 2^32, a whole number of extranonce2 values.
    package func size(hashrate: UInt64?, hint: UInt64, lastSize: UInt64?) -> UInt64 {
        let wanted: UInt64 =
            switch (hashrate, hint) {
            case (let hashrate?, _): positions(at: hashrate, forMs: targetMs)
            case (nil, 0): lastSize ?? firstSize
            case (nil, _): positions(at: hint, forMs: targetMs)
            }
        var size = min(max(wanted, sizeMin, 1), sizeMax)
        if let lastSize, hashrate != nil {
            let (most, overflow) = max(lastSize, 1).multipliedReportingOverflow(by: max(growthMax, 1))
            if !overflow { size = min(size, most) }
        }
        return size > BinSlice.noncesPerExtranonce2 ? size - size % BinSlice.noncesPerExtranonce2 : size
    }

    /// How long a bin belongs to its client, in milliseconds.
    ///
    /// - Parameter expectedMs: How long it should take; `nil` when that is not known.
    /// - Returns: Within the bounds of `lifetimeMinMs` and `lifetimeMaxMs`.
    package func lifetimeMs(expectedMs: UInt64?) -> UInt64 {
        guard let expectedMs else { return min(2 * lifetimeMinMs, lifetimeMaxMs) }
        let (wanted, overflow) = expectedMs.multipliedReportingOverflow(by: lifetimeFactor)
        return min(max(overflow ? .max : wanted, lifetimeMinMs), lifetimeMaxMs)
    }

    private func positions(at hashrate: UInt64, forMs ms: UInt64) -> UInt64 {
        let positions = UInt128(hashrate) * UInt128(ms) / 1_000
        return UInt64(min(positions, UInt128(sizeMax)))
    }
}
