/// Neighbouring positions that nobody searches, of any length and wherever they begin.
struct SearchRange: Hashable, Sendable {
    let extranonce1: UInt32
    var first: UInt64
    var last: UInt64
    /// The header's time, in seconds since 1970, must be later than this: at this one and before it was searched already.
    var searchedAt: UInt32
    /// Unix time in milliseconds since when nobody has it.
    var freeSinceMs: UInt64

    /// The slice nearest to `size` that can be cut from the front: as large, or all that there is up to where a slice must end.
    func front(_ size: UInt64) -> BinSlice {
        let unit = BinSlice.noncesPerExtranonce2
        let offset = first % unit
        let available = last - first  // one less than there are
        let count: UInt64
        if size > unit, offset == 0, available >= unit - 1 {
            let units = available / unit + (available % unit == unit - 1 ? 1 : 0)
            count = min(size / unit, units) * unit
        } else {
            count = min(size, unit - offset, available == .max ? .max : available + 1)
        }
        return BinSlice(extranonce1: extranonce1, start: first, count: count)
    }

    /// What is left behind `slice`, which was cut from the front.
    func remainder(after slice: BinSlice) -> SearchRange? {
        guard slice.last < last else { return nil }
        var rest = self
        rest.first = slice.last + 1
        return rest
    }

    /// Both together, when they are neighbours.
    func joined(with next: SearchRange) -> SearchRange? {
        guard extranonce1 == next.extranonce1, last < .max, last + 1 == next.first else { return nil }
        var whole = self
        whole.last = next.last
        whole.searchedAt = max(searchedAt, next.searchedAt)
        whole.freeSinceMs = min(freeSinceMs, next.freeSinceMs)
        return whole
    }
}
