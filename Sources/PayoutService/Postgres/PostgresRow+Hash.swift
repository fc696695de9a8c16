internal import Hashing
internal import PostgresClient

extension PostgresRow {
    /// A hash in internal order.
    ///
    /// - Throws: `.unreadable` for null and anything but 32 bytes.
    func hash(_ column: Int) throws(PostgresError) -> Hash256 {
        guard let hash = Hash256(try bytes(column)) else { throw .unreadable("column \(column) is no hash") }
        return hash
    }

    /// The same; `nil` for null.
    func hashIfAny(_ column: Int) throws(PostgresError) -> Hash256? { isNull(column) ? nil : try hash(column) }
}
