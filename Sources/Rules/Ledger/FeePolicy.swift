package import MiningDomain

/// What a payout may cost, and when a waiting one is offered more.
package struct FeePolicy: Hashable, Sendable {
    /// Never less, whatever the node estimates.
    package let floor: NetworkFeeRate
    /// Never more, whatever the node asks.
    package let ceiling: NetworkFeeRate
    /// The most that one transaction may cost, whatever its size.
    package let feeMax: Amount
    /// After how many blocks in which it was not mined a payout's fee is raised; 0 for never.
    package let raiseAfterBlocks: UInt32
    /// By how much of the fee before, percent.
    package let raisePercent: UInt64
    package let raiseCountMax: Int

    package init(
        floor: NetworkFeeRate = NetworkFeeRate(units: 1_000),
        ceiling: NetworkFeeRate = NetworkFeeRate(units: 500_000),
        feeMax: Amount = Amount(units: 10_000_000),
        raiseAfterBlocks: UInt32 = 6,
        raisePercent: UInt64 = 50,
        raiseCountMax: Int = 5
    ) {
        self.floor = floor
        self.ceiling = max(floor, ceiling)
        self.feeMax = feeMax
        self.raiseAfterBlocks = raiseAfterBlocks
        self.raisePercent = raisePercent
        self.raiseCountMax = raiseCountMax
    }

    /// The rate of a new payout.
    ///
    /// - Returns: `nil` while the node relays nothing at a rate that is allowed.
    package func rate(_ fees: NetworkFees) -> NetworkFeeRate? {
        guard fees.minimum <= ceiling else { return nil }
        return min(ceiling, max(fees.estimate ?? floor, floor, fees.minimum))
    }
}

/// Whether a payout that waits is offered a higher fee (BIP 125), and which.
package enum FeeRaise: Hashable, Sendable {
    case wait
    /// A replacement of `virtualSize` at most pays `fee`, and `change` back, or nothing back.
    case raise(fee: Amount, change: Amount?)
    case impossible(Obstacle)

    package enum Obstacle: String, Hashable, Sendable {
        case countReached = "its fee was raised as often as allowed"
        case ceilingReached = "its fee is as high as allowed"
        case noChange = "there is no change left to raise its fee from"
        case changeSpent = "its change is spent by another payout already"
        case refused = "the node takes no transaction in its place"
        case signedElsewhere = "it waits too long, and whoever has its keys signs it once only"
        case notReplaceable = "it was signed by an earlier release and cannot be replaced"
    }

    /// The newest version of a payout's transaction, which waits to be mined.
    package struct Waiting: Hashable, Sendable {
        package let fee: Amount
        /// 0 for one of an earlier release.
        package let virtualSize: UInt64
        /// `nil` when it has none.
        package let change: Amount?
        /// Below it a change output is dust.
        package let changeMin: Amount
        /// Blocks since it was signed.
        package let blocksWaited: UInt32
        /// How many versions it has replaced.
        package let raiseCount: Int
        /// Whether no memory pool has it, and ours takes it no more.
        package let isRefused: Bool

        package init(
            fee: Amount,
            virtualSize: UInt64,
            change: Amount?,
            changeMin: Amount,
            blocksWaited: UInt32,
            raiseCount: Int,
            isRefused: Bool = false
        ) {
            self.fee = fee
            self.virtualSize = virtualSize
            self.change = change
            self.changeMin = changeMin
            self.blocksWaited = blocksWaited
            self.raiseCount = raiseCount
            self.isRefused = isRefused
        }
    }

    /// The same outputs are paid from the same coins: what is more for the network is less change.
    package static func decide(_ waiting: Waiting, _ policy: FeePolicy, _ fees: NetworkFees) -> FeeRaise {
        // What memory pools dropped because they ask more by now does not get there by waiting.
        let isPricedOut = waiting.isRefused && waiting.fee < fees.minimum.fee(virtualSize: waiting.virtualSize)
        guard policy.raiseAfterBlocks > 0, isPricedOut || waiting.blocksWaited >= policy.raiseAfterBlocks else {
            return .wait
        }
        guard waiting.virtualSize > 0 else { return .impossible(.notReplaceable) }
        guard waiting.raiseCount < policy.raiseCountMax else { return .impossible(.countReached) }
        let most = min(policy.ceiling.fee(virtualSize: waiting.virtualSize), policy.feeMax).units
        let least = waiting.fee.units + max(1, fees.increment.fee(virtualSize: waiting.virtualSize).units)
        guard least <= most else { return .impossible(.ceilingReached) }
        let percent =
            waiting.fee.units / 100 * policy.raisePercent + waiting.fee.units % 100 * policy.raisePercent / 100
        let estimated = (policy.rate(fees) ?? policy.ceiling).fee(virtualSize: waiting.virtualSize).units
        let wanted = min(most, max(least, waiting.fee.units + percent, estimated))
        guard let change = waiting.change else { return .impossible(.noChange) }
        let whole = waiting.fee.units + change.units
        if wanted + waiting.changeMin.units <= whole {
            return .raise(fee: Amount(units: wanted), change: Amount(units: whole - wanted))
        }
        // All of the change, or as much as leaves an output that is no dust.
        if whole >= least, whole <= most { return .raise(fee: Amount(units: whole), change: nil) }
        let rest = whole - min(whole, waiting.changeMin.units)
        guard rest >= least else { return .impossible(.noChange) }
        return .raise(fee: Amount(units: rest), change: waiting.changeMin)
    }
}
