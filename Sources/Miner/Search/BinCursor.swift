import BlockFormat
import Hashing
import MiningDomain

/// Cuts one bin into slices and keeps count of what has been searched.
struct BinCursor: Sendable {
    let assignment: Assignment
    private(set) var searchedCount: UInt64 = 0
    /// The first position that was never given out.
    private var next: UInt64 = 0
    /// Parts that came back unsearched.
    private var returned: [Range<UInt64>] = []
    /// The root of the extranonce2 that is worked on, counted from the bin's first.
    private var root: (extranonce2Index: UInt64, hash: Hash256)?

    init(_ assignment: Assignment) {
        self.assignment = assignment
    }

    var bin: PoolBin { assignment.bin }
    /// Nothing is left to give out; some may still be under way.
    var isExhausted: Bool { next == bin.size && returned.isEmpty }
    var isDone: Bool { searchedCount == bin.size }
    var remainingCount: UInt64 { bin.size - searchedCount }

    /// - Parameter countMax: At least 1.
    /// - Returns: `nil` when nothing is left to give out.
    mutating func cut(countMax: UInt64) -> SearchSlice? {
        guard let start = returned.last?.lowerBound ?? (next < bin.size ? next : nil) else { return nil }
        let end = returned.last?.upperBound ?? bin.size
        let (index, position) = start.quotientAndRemainder(dividingBy: bin.nonceCount)
        let count = min(countMax, end - start, bin.nonceCount - position)
        if !returned.isEmpty {
            let rest = returned.removeLast()
            if count < rest.upperBound - rest.lowerBound { returned.append((start + count)..<rest.upperBound) }
        } else {
            next += count
        }
        return slice(at: start, extranonce2Index: index, firstNonce: bin.nonceStart + UInt32(position), count: count)
    }

    /// Counts the first `searched` positions of `slice` as done; the rest will be given out again.
    mutating func complete(_ slice: SearchSlice, searched: UInt64) {
        precondition(searched <= slice.count)
        searchedCount += searched
        if searched < slice.count { returned.append((slice.offset + searched)..<(slice.offset + slice.count)) }
    }

    private mutating func slice(
        at offset: UInt64,
        extranonce2Index index: UInt64,
        firstNonce: UInt32,
        count: UInt64
    ) -> SearchSlice {
        let extranonce2 = bin.extranonce2Start + UInt32(index)
        let recipe = assignment.job.recipe
        let hash =
            if let root, root.extranonce2Index == index {
                root.hash
            } else {
                recipe.merkleRoot(extranonce1: bin.extranonce1, extranonce2: extranonce2)
            }
        root = (index, hash)
        return SearchSlice(
            binToken: bin.token,
            offset: offset,
            algorithm: assignment.job.algorithm,
            header: recipe.header(merkleRoot: hash, time: bin.time, nonce: 0),
            target: bin.shareTarget.bigEndianBytes,
            extranonce2: extranonce2,
            firstNonce: firstNonce,
            count: count
        )
    }
}
