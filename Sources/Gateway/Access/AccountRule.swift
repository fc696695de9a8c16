/// Whom the operator lets in: pure, from both lists.
struct AccountRule: Hashable, Sendable {
    enum Side: String, CaseIterable, Sendable {
        case allow
        case deny
    }

    /// `nil` while there should be a list that could never be read.
    private var allowed: AccountList? = AccountList()
    private var denied: AccountList? = AccountList()

    subscript(side: Side) -> AccountList? {
        get {
            switch side {
            case .allow: allowed
            case .deny: denied
            }
        }
        set {
            switch side {
            case .allow: allowed = newValue
            case .deny: denied = newValue
            }
        }
    }

    /// Whether every list that there should be was read once.
    var isKnown: Bool { allowed != nil && denied != nil }

    /// Whether `account`, an address in its canonical form, is served.
    ///
    /// Denied wins; an empty list of the allowed allows everybody; nobody comes in while a list is not known.
    func allows(_ account: String) -> Bool {
        guard let allowed, let denied, !denied.accounts.contains(account) else { return false }
        return allowed.accounts.isEmpty || allowed.accounts.contains(account)
    }
}
