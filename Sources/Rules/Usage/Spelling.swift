/// Finds what somebody who mistyped a name is likely to have meant.
package enum Spelling {
    /// The most that a guess may differ: one change in three characters, and always two.
    private static let charactersPerChange = 3

    /// The known name with the fewest single-character changes, or `nil` when none is near.
    package static func nearest(to name: String, among known: [String]) -> String? {
        let scored = known.map { (name: $0, distance: distance(name, $0)) }
        guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
        let changesMax = max(2, name.count / charactersPerChange)  // two, so that swapped letters count as near
        return best.distance <= changesMax && best.distance < name.count ? best.name : nil
    }

    /// Insertions, deletions and replacements that make one out of the other (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left)
        let right = Array(right)
        var previous = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (character == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
