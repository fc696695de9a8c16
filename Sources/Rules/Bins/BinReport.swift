/// What a client tells of a bin.
package struct BinReport: Hashable, Sendable {
    /// The bin was searched to its end.
    package let isDone: Bool
    /// Proofs accepted with this report.
    package let hits: UInt64
    /// The highest position among them.
    package let furthest: UInt64

    package init(isDone: Bool, hits: UInt64, furthest: UInt64) {
        self.isDone = isDone
        self.hits = hits
        self.furthest = furthest
    }
}
