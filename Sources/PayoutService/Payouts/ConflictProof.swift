internal import ChainAdapter
internal import Hashing

/// Whether it is certain that no version of a payout's transaction can be mined, and that nobody was paid in its place.
///
/// All versions spend all of the payout's coins: one coin gone for good is enough.
enum ConflictProof {
    enum Verdict: Hashable {
        /// The transaction that spent a coin, as deep as asked for.
        case proven(by: Hash256)
        /// The transaction that a coin comes from was itself overtaken: the coin will never be.
        case neverThere(origin: Hash256)
        case unproven(String)
    }

    /// `overtakenOrigins` are transactions that coins of the payout come from, overtaken as deep as asked for.
    ///
    /// Whoever was paid in the payout's place is asked before either proof: what cannot be mined any more may have been paid
    /// by hand, from the coins that are left.
    static func examine(
        _ row: PayoutRow,
        payees: [[UInt8]],
        spenders: [CoinSpender],
        overtakenOrigins: [Hash256],
        depthRequired: UInt32
    ) -> Verdict {
        guard !row.coins.isEmpty else { return .unproven("which coins it spends is not known") }
        let own = Set(row.versions.map(\.identifier))
        let coins = Set(row.coins.map(\.reference))
        if let mined = spenders.first(where: { own.contains($0.transaction) && $0.confirmations > 0 }) {
            return .unproven("\(mined.transaction) is its own and on the chain")
        }
        let others = spenders.filter { !own.contains($0.transaction) && !coins.isDisjoint(with: $0.inputs) }
        let payees = Set(payees)
        if let other = others.first(where: { $0.outputs.contains { payees.contains($0.scriptPublicKey) } }) {
            return .unproven("\(other.transaction) spends its coins and pays an address of it")
        }
        let deepest = others.max { $0.confirmations < $1.confirmations }
        if let deepest, deepest.confirmations >= Int64(depthRequired) { return .proven(by: deepest.transaction) }
        if let origin = overtakenOrigins.first { return .neverThere(origin: origin) }
        guard let deepest, deepest.confirmations > 0 else {
            return .unproven("the wallet knows no other transaction on the chain that spends its coins")
        }
        return .unproven("\(deepest.transaction) is \(deepest.confirmations) deep, \(depthRequired) are needed")
    }
}
