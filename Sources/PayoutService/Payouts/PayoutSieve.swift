internal import ChainAdapter
internal import Ledger

/// Finds whom the node refuses to have paid, so that the others of a payout are paid without them.
///
/// Asked are only the outputs: coins, signatures and the state of the wallet speak for or against nobody.
struct PayoutSieve {
    let wallet: any PayoutWallet

    /// One account, and what the node has against paying it.
    struct Refused: Hashable {
        let account: AccountName
        let reason: String
        /// Whether the node takes its address for one.
        let isPayable: Bool
    }

    /// Halves what is refused until single accounts are left: twice as many questions as there are outputs, at most.
    ///
    /// `accounts` are those of the draft's outputs, in their order.
    ///
    /// - Returns: Nobody when the node takes the outputs as they are. When it takes none of them, it is not about whom they pay,
    ///   but for those whose address it takes for none.
    func refused(in draft: PayoutDraft, of accounts: [AccountName]) async throws(NodeError) -> [Refused] {
        precondition(accounts.count == draft.outputs.count)
        var taken: [PayoutDraft.Output] = []
        var refused: [Refused] = []
        var open = [accounts.indices]
        while let part = open.popLast() {
            // Together with those before them: two may be refused only beside each other.
            let outputs = taken + draft.outputs[part]
            guard let reason = try await wallet.objection(to: draft.paying(outputs)) else {
                taken = outputs
                continue
            }
            guard part.count > 1 else {
                let isPayable = try await wallet.isPayable(draft.outputs[part.lowerBound].address)
                refused.append(Refused(account: accounts[part.lowerBound], reason: reason, isPayable: isPayable))
                continue
            }
            let middle = part.lowerBound + part.count / 2
            open += [middle..<part.upperBound, part.lowerBound..<middle]
        }
        return taken.isEmpty ? refused.filter { !$0.isPayable } : refused
    }
}
