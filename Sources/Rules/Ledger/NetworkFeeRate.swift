package import MiningDomain

/// What a transaction pays the network for its size, in base units for 1,000 virtual bytes.
package struct NetworkFeeRate: Hashable, Comparable, Sendable {
    package let units: UInt64

    package init(units: UInt64) {
        self.units = units
    }

    package static func < (left: NetworkFeeRate, right: NetworkFeeRate) -> Bool {
        left.units < right.units
    }

    /// The fee for so many virtual bytes, rounded up: one unit less may not be relayed.
    package func fee(virtualSize: UInt64) -> Amount {
        let (units, isTooMuch) = units.multipliedReportingOverflow(by: virtualSize)
        return Amount(units: isTooMuch ? .max : units / 1_000 + (units % 1_000 == 0 ? 0 : 1))
    }
}

/// What the node says of fees now.
package struct NetworkFees: Hashable, Sendable {
    /// For a transaction to be mined in some blocks; `nil` when the node has seen too little to say.
    package let estimate: NetworkFeeRate?
    /// Below it the node relays nothing; grows while its memory pool is full.
    package let minimum: NetworkFeeRate
    /// What a replacement must pay above what it replaces, for its own size.
    package let increment: NetworkFeeRate

    package init(estimate: NetworkFeeRate?, minimum: NetworkFeeRate, increment: NetworkFeeRate) {
        self.estimate = estimate
        self.minimum = minimum
        self.increment = increment
    }
}
