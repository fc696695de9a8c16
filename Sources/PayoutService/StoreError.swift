internal import PostgresClient

/// Why what keeps the books could not do as it was asked.
///
/// After either, whether the last call was carried out may be unknown: read again before anything is repeated.
package enum StoreError: Error, Equatable {
    /// It is away, or was taken away in the middle: the same may succeed later.
    case unavailable(String)
    /// It refuses, or holds something unexpected: a person must look.
    case refused(String)

    package var isRetryable: Bool {
        switch self {
        case .unavailable: true
        case .refused: false
        }
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable(let reason), .refused(let reason): reason
        }
    }
}

extension StoreError {
    init(_ error: PostgresError) {
        self = error.isRetryable ? .unavailable("\(error)") : .refused("\(error)")
    }
}

/// Calls on the database, for a port that does not say what is behind it.
func stored<Value>(_ call: () async throws(PostgresError) -> Value) async throws(StoreError) -> Value {
    do throws(PostgresError) {
        return try await call()
    } catch {
        throw StoreError(error)
    }
}
