internal import BlockFormat
internal import ChainAdapter
internal import Ledger
internal import MiningDomain
internal import ServiceRuntime

/// Offers the network more for payouts that wait too long (BIP 125), or that memory pools have dropped.
///
/// It cannot pay twice: a replacement spends the very coins of what it replaces, pays the same outputs, and is stored before
/// it is sent. Which version is mined is the miners' choice; the ledger settles by that one.
struct PayoutRaiser {
    let store: any PayoutStore
    let wallet: any PayoutWallet
    let settings: PayoutSettings
    let follower: PayoutFollower
    let surroundings: Surroundings
    let metrics: PayoutMetrics

    func consider(
        _ row: PayoutRow,
        _ standing: PayoutFollower.Standing,
        _ conditions: ChainConditions
    ) async throws(StoreError) {
        guard let newest = row.versions.last else { return }
        let sentHeight = max(newest.signedHeight, row.takenBackHeight ?? 0)
        let blocksWaited = conditions.height - min(conditions.height, sentHeight)
        let isRefused = standing == .refused
        guard settings.feePolicy.raiseAfterBlocks > 0,
            isRefused || blocksWaited >= settings.feePolicy.raiseAfterBlocks
        else { return }
        // Whoever has the keys is asked once for each payout: what they signed is not replaced.
        guard settings.signing == .wallet, try await !store.isHandedOver(row.id) else {
            return isRefused ? () : try await giveUp(row, .signedElsewhere)
        }
        let outputs = try await store.outputs(of: row.id)
        let payees = Set(outputs.compactMap { $0.account.address(on: settings.network)?.scriptPublicKey })
        guard
            case .success(let address) = await outcome({ () async throws(NodeError) in
                try await wallet.changeAddress(besides: payees)
            })
        else { return }
        let spent = row.coins.reduce(UInt64(0)) { $0 + $1.amount.units }
        let paid = outputs.reduce(newest.fee.units) { $0 + $1.paid.units }
        let waiting = FeeRaise.Waiting(
            fee: newest.fee,
            virtualSize: row.coins.isEmpty ? 0 : newest.sizeMax(spending: row.coins, payees, change: address),
            change: spent > paid ? Amount(units: spent - paid) : nil,
            changeMin: TransactionSize.dustLimit(of: address.scriptPublicKey, rate: settings.network.dustRate),
            blocksWaited: blocksWaited,
            raiseCount: row.versions.count - 1,
            isRefused: isRefused
        )
        switch FeeRaise.decide(waiting, settings.feePolicy, conditions.fees) {
        case .wait: return
        // What is refused is stuck by itself before long, and not for what may pass.
        case .impossible(let obstacle): if !isRefused { try await giveUp(row, obstacle) }
        case .raise(let fee, let change):
            // Settled once and taken back, its change may be another payout's coin: in its place there would be none.
            guard try await !store.isSpent(anyOf: row.versions.map(\.identifier)) else {
                return try await giveUp(row, .changeSpent)
            }
            let draft = PayoutDraft(
                coins: row.coins,
                outputs: outputs.compactMap { output in
                    output.account.address(on: settings.network).map {
                        PayoutDraft.Output(address: $0, amount: output.paid)
                    }
                },
                change: change.map { PayoutDraft.Output(address: address, amount: $0) }
            )
            guard draft.outputs.count == outputs.count, draft.fee == fee else { return }
            try await replace(row, standing, by: draft, fee: fee, height: conditions.height)
        }
    }

    private func replace(
        _ row: PayoutRow,
        _ standing: PayoutFollower.Standing,
        by draft: PayoutDraft,
        fee: Amount,
        height: UInt32
    ) async throws(StoreError) {
        switch await outcome({ () async throws(NodeError) in try await wallet.sign(draft) }) {
        case .failure(let error): notRaised(row, because: error)
        case .success(let signed) where !draft.isCarriedOut(by: signed):
            surroundings.log.error("the wallet signed another transaction than drafted", ["payout": row.id])
        case .success(let signed):
            // What is not stored yet must not be sent: the node is asked whether it would take it. No answer is no yes.
            let refusal: TransactionRefusal?
            switch await outcome({ () async throws(NodeError) in try await wallet.refusal(of: signed.bytes) }) {
            case .success(let answer): refusal = answer
            case .failure(let error): return notRaised(row, because: error)
            }
            if let refusal {
                switch refusal.cause {
                // Overtaken by what the chain or the memory pool has since: the next run sees it.
                case .inputsGone, .known: return
                // Nodes of Litecoin take replacements only with -mempoolreplacement=1.
                case .feeTooLow, .outputs, .other:
                    return standing == .refused ? () : try await giveUp(row, .refused, refusal.words)
                }
            }
            let version = PayoutVersion(
                transaction: signed.bytes,
                identifier: signed.identifier,
                fee: fee,
                virtualSize: UInt64(signed.virtualSize),
                signedHeight: height
            )
            try await store.replace(by: version, of: row.id, nowMs: nowMs)
            metrics.raises.increment()
            surroundings.log.info("payout's fee raised", ["payout": row.id, "fee": fee.units])
            // Whether it arrives, or the version before it is mined, the next run sees.
            _ = await outcome { () async throws(NodeError) in try await wallet.send(version.transaction) }
        }
    }

    /// Not now: the next run tries again.
    private func notRaised(_ row: PayoutRow, because error: NodeError) {
        metrics.raiseFailures.increment()
        surroundings.log.warning("payout's fee not raised", ["payout": row.id, "reason": "\(error)"])
    }

    private func giveUp(
        _ row: PayoutRow,
        _ obstacle: FeeRaise.Obstacle,
        _ words: String = ""
    ) async throws(StoreError) {
        var row = row
        guard row.attempt.handle(.overdue).contains(.alert) else { return }
        let reason = words.isEmpty ? obstacle.rawValue : "\(obstacle.rawValue): \(words)"
        try await store.save(row, confirmations: 0, reason: reason, nowMs: nowMs)
        follower.alert(row, because: reason)
    }

    private var nowMs: Int64 { surroundings.nowMs }
}

extension PayoutVersion {
    /// What a replacement has at most, in virtual bytes, for which nodes ask; 0 for one of an earlier release.
    ///
    /// Its signatures may be longer than those of this version, by a byte or two each.
    fileprivate func sizeMax(spending coins: [PayoutCoin], _ payees: Set<[UInt8]>, change: Address) -> UInt64 {
        guard virtualSize > 0 else { return 0 }
        let inputs = coins.reduce(0) { $0 + (TransactionSize.input(spending: $1.scriptPublicKey) ?? 0) }
        let outputs = payees.reduce(TransactionSize.output(change.scriptPublicKey)) { $0 + TransactionSize.output($1) }
        return max(virtualSize, TransactionSize.overhead + inputs + outputs)
    }
}
