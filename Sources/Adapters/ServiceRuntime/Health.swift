import Synchronization

/// Whether this process can do its work now, and if not, what it waits for.
package final class Health: Sendable {
    /// The reason why each condition is not met; `nil` once it is.
    private let conditions = Mutex<[String: String?]>([:])

    package init() {}

    /// Names something that must be so before traffic may come.
    package func require(_ condition: String) {
        conditions.withLock { $0[condition] = .some("not yet") }
    }

    package func met(_ condition: String) {
        conditions.withLock { $0[condition] = .some(nil) }
    }

    package func failed(_ condition: String, because reason: String) {
        conditions.withLock { $0[condition] = .some(reason) }
    }

    /// Every condition that is not met, with its reason, in alphabetical order.
    package var missing: [(condition: String, reason: String)] {
        conditions.withLock { conditions in
            conditions.compactMap { condition, reason in reason.map { (condition, $0) } }.sorted { $0.0 < $1.0 }
        }
    }
}
