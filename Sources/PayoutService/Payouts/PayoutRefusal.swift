package import BlockFormat
package import ChainAdapter
package import Ledger

/// Why nothing was done about a payout as a person wanted it.
package enum PayoutRefusal: Error, Equatable {
    /// There is no payout of that number.
    case unknown
    /// A run is under way, here or in another replica: ask again in a moment.
    case busy
    /// Only a stuck or conflicted payout is tried again.
    case notStuck(state: PayoutAttempt.State)
    /// It was signed, and may be mined at any time: giving its money back could pay twice.
    case mayStillBePaid(state: PayoutAttempt.State)
    /// It has ended.
    case final(state: PayoutAttempt.State)
    /// That its coins were spent by a transaction which pays none of its addresses could not be shown; why.
    case conflictUnproven(String)
    /// Nobody else is to sign it, or somebody has.
    case notHandedOver(state: PayoutAttempt.State)
    /// Payouts are switched off: nothing is handed out.
    case paused
    /// What came back is no PSBT; why.
    case notAPSBT(String)
    /// What came back is another transaction than was handed out; how.
    case notTheSame(String)
    /// Signatures are missing; how many there are.
    case incomplete(String)
    /// An input's signatures let others change the transaction: its place, its coin, and what they cover.
    case signedLoosely(input: Int, CoinReference, SignatureScope)
    /// The node would not take what came back; why.
    case notTaken(String)
    /// The wallet's node could not be asked; why.
    case wallet(String)
    /// The books could not be read or written: whether it was done may be unknown.
    case store(StoreError)
}

extension PayoutRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown: "there is no such payout"
        case .busy: "payouts are being gone through: ask again in a moment"
        case .notStuck(let state): "only a stuck or conflicted payout is tried again, this one is \(state.rawValue)"
        case .mayStillBePaid(let state): "it is \(state.rawValue), so it was signed and may still be mined"
        case .final(let state): "it is \(state.rawValue) already"
        case .conflictUnproven(let reason): "it is not proven that its coins are gone without paying it: \(reason)"
        case .notHandedOver(let state):
            state == .reserved
                ? "it is reserved and not drawn up for anybody to sign: see its reason"
                : "only a reserved one is signed elsewhere, this one is \(state.rawValue)"
        case .paused: "payouts are switched off (payouts.enabled): nothing is handed out"
        case .notAPSBT(let reason): "this is no PSBT: \(reason)"
        case .notTheSame(let reason): "this is not the transaction that was exported: \(reason)"
        case .incomplete(let reason): "signatures are missing: \(reason)"
        case .signedLoosely(let place, let coin, let scope):
            "input \(place), which spends \(coin), is signed with \(scope), so that others may change the transaction: sign it with ALL"
        case .notTaken(let reason): "the node would not take it: \(reason)"
        case .wallet(let reason): "the wallet's node \(reason)"
        case .store(let error): "the books: \(error)"
        }
    }
}
