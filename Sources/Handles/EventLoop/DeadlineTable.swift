/// When each connection is to be looked at next, by its place.
///
/// A line costs no entry here: its link only notes when it came, and an entry that is found due is asked what really holds.
/// A sweep reads a few kilobytes in a row.
struct DeadlineTable {
    private var deadlines: ContiguousArray<UInt64> = []

    mutating func append(_ deadlineMs: UInt64) {
        deadlines.append(deadlineMs)
    }

    /// The last entry comes to `place`.
    mutating func swapRemove(at place: Int) {
        deadlines.swapAt(place, deadlines.count - 1)
        deadlines.removeLast()
    }

    /// Makes sure that the connection is looked at by then.
    mutating func lower(at place: Int, to deadlineMs: UInt64) {
        if deadlineMs < deadlines[place] { deadlines[place] = deadlineMs }
    }

    mutating func set(at place: Int, to deadlineMs: UInt64) {
        deadlines[place] = deadlineMs
    }

    /// The places that are due, in descending order.
    func due(atMs now: UInt64) -> [Int] {
        deadlines.indices.reversed().filter { deadlines[$0] <= now }
    }
}
