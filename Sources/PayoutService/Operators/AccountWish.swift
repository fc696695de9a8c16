internal import BlockFormat
internal import Ledger
internal import MiningDomain

/// What an operator sets for one account in place of the pool's settings.
struct AccountWish: Hashable, Sendable {
    /// The confirmed balance from which it is paid.
    var threshold: Amount?
    /// The least time between two of its payouts, whole seconds.
    var intervalSeconds: Int64?

    /// The most that a threshold may be, as of `payouts.threshold`.
    static let thresholdMax = Amount(units: 1_000_000_000_000)
    /// A year.
    static let intervalSecondsMax: Int64 = 31_536_000

    /// Why a wish cannot be granted.
    enum Refusal: Error, Hashable {
        case thresholdTooLow(limit: Amount, why: String)
        case thresholdTooHigh
        case intervalTooShort(poolSeconds: Int64)
        case intervalTooLong
    }

    /// Held against what the network and the pool allow.
    func check(for account: AccountName, under settings: PayoutSettings) throws(Refusal) {
        if let threshold {
            let dust = settings.amountMin(of: account) ?? .zero
            guard threshold >= dust else {
                throw .thresholdTooLow(limit: dust, why: "less would be dust, which no node relays")
            }
            guard threshold >= PayoutSettings.payoutThresholdMin else {
                throw .thresholdTooLow(limit: PayoutSettings.payoutThresholdMin, why: "the pool pays nothing smaller")
            }
            guard threshold <= Self.thresholdMax else { throw .thresholdTooHigh }
        }
        if let intervalSeconds {
            let pool = settings.payoutIntervalSeconds
            guard intervalSeconds >= pool else { throw .intervalTooShort(poolSeconds: pool) }
            guard intervalSeconds <= Self.intervalSecondsMax else { throw .intervalTooLong }
        }
    }
}

extension AccountWish.Refusal: CustomStringConvertible {
    var description: String {
        switch self {
        case .thresholdTooLow(let limit, let why): "the threshold must be at least \(limit.units) base units: \(why)"
        case .thresholdTooHigh: "the threshold must be at most \(AccountWish.thresholdMax.units) base units"
        case .intervalTooShort(let seconds):
            "the interval must be at least \(seconds) seconds: the pool makes payouts no more often"
        case .intervalTooLong: "the interval must be at most \(AccountWish.intervalSecondsMax) seconds, a year"
        }
    }
}
