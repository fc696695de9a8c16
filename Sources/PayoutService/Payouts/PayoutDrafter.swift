internal import BlockFormat
internal import ChainAdapter
internal import Ledger
internal import MiningDomain

/// Draws up a payout's transaction from the coins that are free: pure, so that whoever signs, it is the same.
struct PayoutDrafter {
    /// Why there is no draft now.
    enum Failure: Error, Hashable {
        case notAnAddress(AccountName)
        case insufficientFunds(available: Amount, needed: Amount)
        case tooManyCoins
        /// The network asks more than is allowed, or than the payout is worth.
        case feeTooHigh(String)
    }

    let settings: PayoutSettings

    func draft(of outputs: [AccountAmount], from purse: PayoutPurse) throws(Failure) -> PayoutDraft {
        guard let rate = settings.feePolicy.rate(purse.conditions.fees) else {
            throw .feeTooHigh("the node relays nothing below \(purse.conditions.fees.minimum.units) for 1,000 bytes")
        }
        let payees = try outputs.map { output throws(Failure) in try payee(output) }
        let selection = try select(payees, rate: rate, from: purse)
        let total = selection.fee.units + selection.excess.units
        guard total <= settings.feePolicy.feeMax.units else {
            throw .feeTooHigh("it would cost \(total), more than any payout may")
        }
        let parts = try parts(of: selection.fee, among: outputs)
        return PayoutDraft(
            coins: selection.places.map { purse.coins[$0] },
            outputs: zip(outputs, payees).map { output, payee in
                let part = parts[output.account] ?? .zero
                return PayoutDraft.Output(
                    address: payee.address,
                    amount: Amount(units: output.amount.units - part.units)
                )
            },
            change: selection.change.map { PayoutDraft.Output(address: purse.change, amount: $0) },
            feeParts: parts
        )
    }

    private func payee(_ output: AccountAmount) throws(Failure) -> PayoutDraft.Output {
        guard let address = output.account.address(on: settings.network) else {
            throw .notAnAddress(output.account)
        }
        return PayoutDraft.Output(address: address, amount: output.amount)
    }

    private func parts(of fee: Amount, among outputs: [AccountAmount]) throws(Failure) -> [AccountName: Amount] {
        switch settings.feePayer {
        case .pool: return [:]
        case .miners:
            guard let parts = FeeShare.parts(of: fee, among: outputs) else {
                throw .feeTooHigh("it would cost \(fee.units), more than a tenth of what it pays")
            }
            return parts
        }
    }

    private func select(
        _ payees: [PayoutDraft.Output],
        rate: NetworkFeeRate,
        from purse: PayoutPurse
    ) throws(Failure) -> CoinSelection {
        let change = purse.change.scriptPublicKey
        let need = CoinSelection.Need(
            amount: Amount(units: payees.reduce(0) { $0 + $1.amount.units }),
            size: payees.reduce(TransactionSize.overhead) {
                $0 + TransactionSize.output($1.address.scriptPublicKey)
            },
            changeSize: TransactionSize.output(change),
            changeMin: TransactionSize.dustLimit(of: change, rate: settings.network.dustRate),
            rate: rate,
            feeIsWithin: settings.feePayer == .miners
        )
        do throws(CoinSelection.Failure) {
            return try CoinSelection.choose(from: purse.coins.map(\.selectable), for: need)
        } catch {
            switch error {
            case .insufficient(let available, let needed):
                throw .insufficientFunds(available: available, needed: needed)
            case .tooManyCoins: throw .tooManyCoins
            }
        }
    }
}

extension PayoutCoin {
    fileprivate var selectable: CoinSelection.Coin {
        CoinSelection.Coin(amount: amount, inputSize: TransactionSize.input(spending: scriptPublicKey) ?? 0)
    }
}

extension PayoutDrafter.Failure: CustomStringConvertible {
    var description: String {
        switch self {
        case .notAnAddress(let account): "\(account) is no address of this network"
        case .insufficientFunds(let available, let needed):
            "the wallet has \(available.units) in free coins that are deep enough, \(needed.units) are needed"
        case .tooManyCoins: "it would take more than \(CoinSelection.coinCountMax) coins: merge some"
        case .feeTooHigh(let reason): reason
        }
    }
}
