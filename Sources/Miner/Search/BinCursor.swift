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

    var space: SearchSpace { assignment.space }
    /// Nothing is left to give out; some may still be under way.
    var isExhausted: Bool { next == space.size && returned.isEmpty }
    var isDone: Bool { searchedCount == space.size }
    var remainingCount: UInt64 { space.size - searchedCount }
    /// The first of those that no part was given out under, counted from the space's first.
    var freshExtranonce2Index: UInt64 { next / space.nonceCount + (next % space.nonceCount > 0 ? 1 : 0) }

    /// - Parameter countMax: At least 1.
    /// - Returns: `nil` when nothing is left to give out.
    mutating func cut(countMax: UInt64) -> SearchSlice? {
        guard let start = returned.last?.lowerBound ?? (next < space.size ? next : nil) else { return nil }
        let end = returned.last?.upperBound ?? space.size
        let (index, position) = start.quotientAndRemainder(dividingBy: space.nonceCount)
        let count = min(countMax, end - start, space.nonceCount - position)
        if !returned.isEmpty {
            let rest = returned.removeLast()
            if count < rest.upperBound - rest.lowerBound { returned.append((start + count)..<rest.upperBound) }
        } else {
            next += count
        }
        return slice(at: start, extranonce2Index: index, firstNonce: space.nonceStart + UInt32(position), count: count)
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
        let extranonce2 = space.extranonce2(at: index)
        let recipe = assignment.job.recipe
        let hash =
            if let root, root.extranonce2Index == index {
                root.hash
            } else {
                recipe.merkleRoot(extranonces: space.extranonces(extranonce2: extranonce2))
            }
        root = (index, hash)
        return SearchSlice(
            binToken: space.token,
            offset: offset,
            algorithm: assignment.job.algorithm,
            header: recipe.header(merkleRoot: hash, time: space.time, nonce: 0),
            target: space.shareTarget.bigEndianBytes,
            extranonce2: extranonce2,
            firstNonce: firstNonce,
            count: count
        )
    }
}
