internal import BlockFormat
internal import ChainAdapter
internal import Hashing
internal import Ledger
internal import MiningDomain

/// A transaction that nobody here made, and that pays a payout all the same.
///
/// Such as one that a person replaced by hand, or whose signature somebody has changed on its way: the same coins, the same
/// amounts to the same miners, another name. As good as a version of its own: it spends the same coins as they do, so that
/// one of them at most is mined.
enum StandIn {
    /// - Returns: The one on the chain, as a version; `nil` when there is none.
    static func find(
        for row: PayoutRow,
        paying outputs: [PayoutOutput],
        among spenders: [CoinSpender],
        on network: Network
    ) -> PayoutVersion? {
        let payees = outputs.compactMap { output in
            output.account.address(on: network).map {
                TransactionOutput(amount: output.paid, scriptPublicKey: $0.scriptPublicKey)
            }
        }
        guard !row.coins.isEmpty, payees.count == outputs.count else { return nil }
        let own = Set(row.versions.map(\.identifier))
        let coins = row.coins.map(\.reference).sorted()
        let spent = row.coins.reduce(UInt64(0)) { $0 + $1.amount.units }
        let borne = outputs.reduce(UInt64(0)) { $0 + $1.feePart.units }
        for spender in spenders where spender.confirmations > 0 && !own.contains(spender.transaction) {
            let paid = spender.outputs.reduce(UInt64(0)) { $0 + $1.amount.units }
            // No less for the network than what miners bear of it, and nobody beside them but the change.
            guard spender.inputs.sorted() == coins, spent >= paid, spent - paid >= borne, !spender.bytes.isEmpty,
                spender.outputs.count <= payees.count + 1, contains(spender.outputs, payees)
            else { continue }
            return PayoutVersion(
                transaction: spender.bytes,
                identifier: spender.transaction,
                fee: Amount(units: spent - paid),
                virtualSize: UInt64(spender.virtualSize),
                signedHeight: row.versions.last?.signedHeight ?? 0
            )
        }
        return nil
    }

    /// Whether every one of `wanted` is there, as often as it is wanted.
    private static func contains(_ outputs: [TransactionOutput], _ wanted: [TransactionOutput]) -> Bool {
        var rest = outputs
        return wanted.allSatisfy { output in
            guard let place = rest.firstIndex(of: output) else { return false }
            rest.remove(at: place)
            return true
        }
    }
}
