internal import Ledger

extension PayoutAttempt.State {
    /// The condition on a row of `payouts` for which something is left to be done.
    ///
    /// An index has these very words.
    static let isOpen =
        "state NOT IN (\(allCases.filter(\.isFinal).map { "'\($0.rawValue)'" }.joined(separator: ", ")))"
}
