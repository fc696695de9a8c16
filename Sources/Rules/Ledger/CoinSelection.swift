package import MiningDomain

/// Which coins pay for a transaction, what it costs, and what comes back.
package struct CoinSelection: Hashable, Sendable {
    /// One coin that may be spent.
    package struct Coin: Hashable, Sendable {
        package let amount: Amount
        /// Of the input that spends it, virtual bytes.
        package let inputSize: UInt64

        package init(amount: Amount, inputSize: UInt64) {
            self.amount = amount
            self.inputSize = inputSize
        }
    }

    /// What is to be paid for.
    package struct Need: Hashable, Sendable {
        /// What the outputs take from the coins together; with `feeIsWithin`, the fee too.
        package let amount: Amount
        /// Virtual bytes of the transaction without inputs and without change.
        package let size: UInt64
        package let changeSize: UInt64
        /// Below it a change output is dust: it goes to the network instead.
        package let changeMin: Amount
        package let rate: NetworkFeeRate
        /// Whether the fee is taken from the outputs instead of paid on top.
        package let feeIsWithin: Bool

        package init(
            amount: Amount,
            size: UInt64,
            changeSize: UInt64,
            changeMin: Amount,
            rate: NetworkFeeRate,
            feeIsWithin: Bool
        ) {
            self.amount = amount
            self.size = size
            self.changeSize = changeSize
            self.changeMin = changeMin
            self.rate = rate
            self.feeIsWithin = feeIsWithin
        }
    }

    package enum Failure: Error, Hashable {
        /// All the coins together have less than is needed.
        case insufficient(available: Amount, needed: Amount)
        /// It would take more coins than one transaction may spend.
        case tooManyCoins
    }

    /// The most coins of one transaction: with 100 outputs, a third of the size that nodes relay.
    package static let coinCountMax = 200

    /// Places in the list that was given, ascending.
    package let places: [Int]
    /// For its size, as the rate has it: what the outputs bear, when they bear the fee.
    package let fee: Amount
    /// Too little to pay back, given to the network beside the fee.
    package let excess: Amount
    /// `nil` for no change output.
    package let change: Amount?

    /// The largest coins first, the earlier in the list of two equal ones: the fewest inputs.
    package static func choose(from coins: [Coin], for need: Need) throws(Failure) -> CoinSelection {
        let order = coins.indices
            .filter { coins[$0].amount > need.rate.fee(virtualSize: coins[$0].inputSize) }
            .sorted { (coins[$1].amount, $0) < (coins[$0].amount, $1) }
        var places: [Int] = []
        var total: UInt64 = 0
        var size = need.size
        for place in order.prefix(coinCountMax) {
            places.append(place)
            total = total.addingReportingOverflow(coins[place].amount.units).partialValue
            size += coins[place].inputSize
            if let (fee, excess, change) = close(total: total, size: size, need) {
                return CoinSelection(places: places.sorted(), fee: fee, excess: excess, change: change)
            }
        }
        guard order.count <= coinCountMax else { throw .tooManyCoins }
        let fee = need.feeIsWithin ? 0 : need.rate.fee(virtualSize: size).units
        throw .insufficient(available: Amount(units: total), needed: Amount(units: need.amount.units + fee))
    }

    /// - Returns: `nil` when the coins do not suffice.
    private static func close(
        total: UInt64,
        size: UInt64,
        _ need: Need
    ) -> (fee: Amount, excess: Amount, change: Amount?)? {
        let bare = need.rate.fee(virtualSize: size)
        let needed = need.amount.units + (need.feeIsWithin ? 0 : bare.units)
        guard total >= needed else { return nil }
        let withChange = need.rate.fee(virtualSize: size + need.changeSize)
        let neededWithChange = need.amount.units + (need.feeIsWithin ? 0 : withChange.units)
        if total >= neededWithChange, total - neededWithChange >= max(need.changeMin.units, 1) {
            return (withChange, .zero, Amount(units: total - neededWithChange))
        }
        return (bare, Amount(units: total - needed), nil)
    }
}
