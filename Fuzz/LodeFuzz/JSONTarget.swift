import JSON

extension FuzzTarget {
    /// The strict reader: what it takes, it must give back the same.
    static let json = FuzzTarget(name: "json") { bytes in
        guard let value = try? JSON(parsing: bytes) else { return }
        let again = try? JSON(parsing: value.encoded())
        precondition(again == value, "a value does not survive its own text")
        if let number = value.number {
            _ = (number.uint64, number.int64, number.uint32, number.double, number.decimalUnits(places: 8))
        }
    }
}
