package import MiningDomain

/// The network's fee, borne by those whom a payout pays, each in proportion to what it gets.
package enum FeeShare {
    /// Of what a payout pays, one part in so many may go to the network; while it would be more, the payout waits.
    package static let partOfPayoutMax: UInt64 = 10

    /// What each bears; those who bear nothing are left out.
    ///
    /// - Returns: Parts whose sum is `fee`; `nil` when that is too large a part of the payout.
    package static func parts(of fee: Amount, among outputs: [AccountAmount]) -> [AccountName: Amount]? {
        let total = outputs.reduce(UInt64(0)) { $0 + $1.amount.units }
        guard fee.units <= total / partOfPayoutMax else { return nil }
        let weights = outputs.map { ($0.account, Work(hashes: UInt128($0.amount.units))) }
        let parts = Apportionment.parts(of: fee, by: Dictionary(weights) { first, _ in first })
        return Dictionary(parts.map { ($0.account, $0.amount) }) { first, _ in first }
    }

    /// From this amount on an output is no dust whatever its part of the fee.
    package static func amountMin(dustLimit: Amount) -> Amount {
        // A part is at most a tenth of the amount and one unit.
        Amount(units: (dustLimit.units + 2) * partOfPayoutMax / (partOfPayoutMax - 1) + 1)
    }
}
