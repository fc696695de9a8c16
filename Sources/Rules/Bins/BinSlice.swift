/// A part of one job's search space: neighbouring positions under one extranonce1.
///
/// A position is `extranonce2 << 32 | nonce`. A slice lies within one extranonce2, or covers whole ones.
package struct BinSlice: Hashable, Sendable {
    package static let noncesPerExtranonce2: UInt64 = 1 << 32

    package let extranonce1: UInt32
    package let start: UInt64
    /// Positions, at least 1.
    package let count: UInt64

    package init(extranonce1: UInt32, start: UInt64, count: UInt64) {
        precondition(count > 0)
        self.extranonce1 = extranonce1
        self.start = start
        self.count = count
    }

    /// The last position, which may be the last that there is.
    package var last: UInt64 { start + (count - 1) }

    package var extranonce2Start: UInt32 { UInt32(start >> 32) }
    /// How many values of extranonce2 it touches.
    package var extranonce2Count: UInt64 { (last >> 32) - (start >> 32) + 1 }
    package var nonceStart: UInt32 { UInt32(truncatingIfNeeded: start) }
    /// Nonces under each of them: all 2^32 when there are several.
    package var nonceCount: UInt64 { min(count, Self.noncesPerExtranonce2) }

    package func contains(extranonce2: UInt32, nonce: UInt32) -> Bool {
        (start...last).contains(UInt64(extranonce2) << 32 | UInt64(nonce))
    }

    package func overlaps(_ other: BinSlice) -> Bool {
        extranonce1 == other.extranonce1 && start <= other.last && other.start <= last
    }
}
