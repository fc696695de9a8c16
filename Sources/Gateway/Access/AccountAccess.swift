import Synchronization

/// Whom the operator lets in just now: asked at every call, so a lock and a look is all it takes.
package final class AccountAccess: Sendable {
    private let rule: Mutex<AccountRule>
    private let changes = Atomic<UInt64>(0)

    init(_ rule: AccountRule = AccountRule()) {
        self.rule = Mutex(rule)
    }

    /// Rises with each change of the lists: who was let in before must be asked about again.
    package var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// Whether `account`, an address in its canonical form, is served.
    package func allows(_ account: String) -> Bool {
        rule.withLock { $0.allows(account) }
    }

    /// From now on.
    func apply(_ new: AccountRule) {
        let old = rule.withLock { rule in
            defer { rule = new }
            return rule
        }
        // The sets of the old lists are freed here, outside of the lock.
        if old != new { changes.wrappingAdd(1, ordering: .releasing) }
    }
}
