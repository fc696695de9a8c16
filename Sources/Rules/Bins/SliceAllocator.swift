/// Cuts one job's search space into slices, none of which ever shares a position and a time with another.
package struct SliceAllocator: Sendable {
    private var fresh: SearchRange?
    private var free = FreeRanges()

    package init(extranonce1: UInt32) {
        fresh = Self.whole(extranonce1)
    }

    /// A slice of about `size` positions: never more, and less only where an extranonce2 ends.
    ///
    /// - Parameters:
    ///   - size: At least 1.
    ///   - time: The header's time that goes with it, in seconds since 1970.
    ///   - nowMs: Unix time in milliseconds.
    /// - Returns: `nil` when the space under every extranonce1 so far is used up: `extend`, and ask again.
    package mutating func allocate(_ size: UInt64, time: UInt32, nowMs: UInt64) -> BinSlice? {
        precondition(size > 0)
        let unit = BinSlice.noncesPerExtranonce2
        let size = size > unit ? size - size % unit : size
        if let slice = free.take(size, time: time, nowMs: nowMs) { return slice }
        while let range = fresh {
            let slice = range.front(size)
            fresh = range.remainder(after: slice)
            if slice.count >= size - size / 4 { return slice }
            // The rest of this extranonce2 is too small for this client, but not for others.
            free.insert(Self.range(slice, searchedAt: 0, nowMs: nowMs))
        }
        return nil
    }

    /// Adds the space under another extranonce1.
    package mutating func extend(extranonce1: UInt32) {
        fresh = Self.whole(extranonce1)
    }

    /// Takes back a slice that was not searched to its end; `time` is what its header had.
    package mutating func giveBack(_ slice: BinSlice, time: UInt32, nowMs: UInt64) {
        free.insert(Self.range(slice, searchedAt: time, nowMs: nowMs))
    }

    /// How many ranges wait to be given out again.
    package var freeRangeCount: Int { free.ranges.count }

    /// All but the last extranonce2: so a position and a count can always be added.
    private static func whole(_ extranonce1: UInt32) -> SearchRange {
        let last = UInt64.max - BinSlice.noncesPerExtranonce2
        return SearchRange(extranonce1: extranonce1, first: 0, last: last, searchedAt: 0, freeSinceMs: 0)
    }

    private static func range(_ slice: BinSlice, searchedAt: UInt32, nowMs: UInt64) -> SearchRange {
        SearchRange(
            extranonce1: slice.extranonce1,
            first: slice.start,
            last: slice.last,
            searchedAt: searchedAt,
            freeSinceMs: nowMs
        )
    }
}
