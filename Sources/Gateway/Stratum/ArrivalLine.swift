/// Who came, the first at the front; whoever leaves is out at once, wherever it stood.
///
/// Each step costs the same however long the line is. Its bound is for whoever appends.
struct ArrivalLine<Element> {
    private var elements: [UInt64: Element] = [:]
    /// Nobody stands before `start`, or from `end` on.
    private var (start, end): (UInt64, UInt64) = (0, 0)

    var count: Int { elements.count }

    /// Who stands at a place; `nil` once it has left.
    subscript(place: UInt64) -> Element? { elements[place] }

    /// - Returns: The element's place, which no other ever has.
    mutating func append(_ element: Element) -> UInt64 {
        defer { end += 1 }
        elements[end] = element
        return end
    }

    @discardableResult mutating func remove(at place: UInt64) -> Element? { elements.removeValue(forKey: place) }

    /// Who has been here for the longest.
    var first: Element? {
        mutating get {
            guard !elements.isEmpty else { return nil }
            while elements[start] == nil { start += 1 }
            return elements[start]
        }
    }
}
