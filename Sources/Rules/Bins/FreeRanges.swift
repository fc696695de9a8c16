/// What came back unsearched, to be given out again before fresh positions are.
struct FreeRanges: Sendable {
    /// Ranges kept; past this the smallest is forgotten, which costs nothing but its positions.
    static let countMax = 1_024
    /// A range waits this long for a client that it fits, in milliseconds; then whoever comes gets it.
    static let patienceMs: UInt64 = 30_000
    /// Of so many bins at most one is too small for its client, so that bins left behind on purpose slow nobody down.
    static let leasesPerMisfit = 8
    /// A slice fits when it is at least this part of what is wanted.
    private static let fittingPart: UInt64 = 2

    /// By extranonce1 and position, neighbours joined.
    private(set) var ranges: [SearchRange] = []
    private var leasesSinceMisfit = 0

    mutating func insert(_ range: SearchRange) {
        var range = range
        var index = ranges.firstIndex { ($0.extranonce1, $0.first) > (range.extranonce1, range.first) } ?? ranges.count
        if index > 0, let joined = ranges[index - 1].joined(with: range) {
            range = joined
            ranges.remove(at: index - 1)
            index -= 1
        }
        if index < ranges.count, let joined = range.joined(with: ranges[index]) {
            range = joined
            ranges.remove(at: index)
        }
        ranges.insert(range, at: index)
        guard ranges.count > Self.countMax else { return }
        let smallest = ranges.indices.min { ranges[$0].last - ranges[$0].first < ranges[$1].last - ranges[$1].first }
        if let smallest { ranges.remove(at: smallest) }
    }

    /// A slice for a client that should have `size` positions.
    ///
    /// - Parameters:
    ///   - size: Positions wanted.
    ///   - time: The header's time: only what was not searched at this time or a later one is given.
    ///   - nowMs: Unix time in milliseconds.
    /// - Returns: `nil` when nothing fits.
    mutating func take(_ size: UInt64, time: UInt32, nowMs: UInt64) -> BinSlice? {
        guard !ranges.isEmpty else { return nil }
        leasesSinceMisfit += 1
        if let index = ranges.firstIndex(where: { $0.searchedAt < time && Self.fits($0.front(size), size) }) {
            return cut(index, size)
        }
        guard leasesSinceMisfit >= Self.leasesPerMisfit,
            let index = ranges.firstIndex(where: { $0.searchedAt < time && $0.freeSinceMs + Self.patienceMs <= nowMs })
        else { return nil }
        leasesSinceMisfit = 0
        return cut(index, size)
    }

    private mutating func cut(_ index: Int, _ size: UInt64) -> BinSlice {
        let range = ranges[index]
        let slice = range.front(size)
        if let rest = range.remainder(after: slice) {
            ranges[index] = rest
        } else {
            ranges.remove(at: index)
        }
        return slice
    }

    private static func fits(_ slice: BinSlice, _ size: UInt64) -> Bool {
        slice.count >= size / fittingPart
    }
}
