package import Ledger

/// Why nothing was done about a payout that a person wanted retried or cancelled.
package enum PayoutRefusal: Error, Equatable {
    /// There is no payout of that number.
    case unknown
    /// A run is under way, here or in another replica: ask again in a moment.
    case busy
    /// Only a stuck payout is tried again.
    case notStuck(state: PayoutAttempt.State)
    /// It was signed, and may be mined at any time: giving its money back could pay twice.
    case mayStillBePaid(state: PayoutAttempt.State)
    /// It has ended.
    case final(state: PayoutAttempt.State)
    /// That its coins were spent by a transaction which pays none of its addresses could not be shown; why.
    case conflictUnproven(String)
    /// The wallet's node could not be asked; why.
    case wallet(String)
    /// The books could not be read or written: whether it was done may be unknown.
    case store(StoreError)

    /// Whether the same may succeed in a moment.
    package var isRetryable: Bool {
        switch self {
        case .busy, .wallet: true
        case .store(let error): error.isRetryable
        case .unknown, .notStuck, .mayStillBePaid, .final, .conflictUnproven: false
        }
    }
}

extension PayoutRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown: "there is no such payout"
        case .busy: "payouts are being gone through: ask again in a moment"
        case .notStuck(let state): "only a stuck payout is tried again, this one is \(state.rawValue)"
        case .mayStillBePaid(let state): "it is \(state.rawValue), so it was signed and may still be mined"
        case .final(let state): "it is \(state.rawValue) already"
        case .conflictUnproven(let reason): "it is not proven that its coins are gone without paying it: \(reason)"
        case .wallet(let reason): "the wallet's node \(reason)"
        case .store(let error): "the books: \(error)"
        }
    }
}
