/// Proof of work as a number of expected hashes: the points that every ledger entry of work counts in.
package struct Work: Hashable, Comparable, Sendable {
    package static let zero = Work(hashes: 0)

    package let hashes: UInt128

    package init(hashes: UInt128) {
        self.hashes = hashes
    }

    package static func < (left: Work, right: Work) -> Bool {
        left.hashes < right.hashes
    }
}
