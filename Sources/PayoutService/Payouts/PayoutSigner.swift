internal import BlockFormat
internal import ChainAdapter
internal import Ledger
internal import MiningDomain
internal import ServiceRuntime

/// Gives each reserved payout its transaction: drawn up, signed by the wallet, checked, stored, and only then sent.
///
/// Nothing is kept before it is stored: a run that ends anywhere before leaves neither a lock nor a transaction behind.
struct PayoutSigner {
    let store: any PayoutStore
    let wallet: any PayoutWallet
    let settings: PayoutSettings
    let follower: PayoutFollower
    let surroundings: Surroundings

    /// What came of one payout.
    enum Progress {
        case signed
        case waits(PayoutWait)
        /// It ended here: some of its accounts cannot be paid and the others are planned again, or somebody else has signed or
        /// ended it meanwhile.
        case ended
    }

    /// - Returns: How many payouts wait, by what they wait for.
    func sign(_ all: [PayoutRow]) async throws(StoreError) -> [PayoutWait: Int] {
        // What has coins already was handed over: nobody here signs it, whatever the settings are now.
        let rows = all.filter(\.coins.isEmpty)
        let handedOver = all.count - rows.count
        var waits = try await draftAndSign(rows)
        if handedOver > 0 { waits[.signature, default: 0] += handedOver }
        return waits
    }

    private func draftAndSign(_ rows: [PayoutRow]) async throws(StoreError) -> [PayoutWait: Int] {
        guard !rows.isEmpty else { return [:] }
        var purse: PayoutPurse
        switch await outcome({ () async throws(NodeError) in
            try await PayoutPurse.filled(from: wallet, depth: settings.payoutDepth)
        }) {
        case .success(let filled): purse = filled
        case .failure(let error): return try await leave(rows, to: PayoutWait(error), because: "\(error)")
        }
        let taken = try await store.held(among: purse.coins.map(\.reference))
        purse.remove(taken)
        var waits: [PayoutWait: Int] = [:]
        for (place, row) in rows.enumerated() {
            switch try await sign(row, from: &purse) {
            case .signed, .ended: break
            case .waits(let wait) where wait.isOfTheWallet:
                // The others would fare no better.
                let others = try await leave(Array(rows[(place + 1)...]), to: wait, because: "as the payout before it")
                return waits.merging([wait: 1]) { $0 + $1 }.merging(others) { $0 + $1 }
            case .waits(let wait): waits[wait, default: 0] += 1
            }
        }
        return waits
    }

    private func sign(
        _ row: PayoutRow,
        from purse: inout PayoutPurse
    ) async throws(StoreError) -> Progress {
        let outputs = try await store.outputs(of: row.id).map { AccountAmount($0.account, $0.amount) }
        let payees = Set(outputs.compactMap { $0.account.address(on: settings.network)?.scriptPublicKey })
        let own: PayoutPurse
        switch await outcome({ [purse] () async throws(NodeError) in try await purse.besides(payees, wallet) }) {
        case .success(let chosen): own = chosen
        case .failure(let error): return try await leaveOut(whoeverHas: purse.change, outputs, row, because: error)
        }
        let draft: PayoutDraft
        do throws(PayoutDrafter.Failure) {
            draft = try PayoutDrafter(settings: settings).draft(of: outputs, from: own)
        } catch {
            if case .notAnAddress(let account) = error {
                return try await giveUp(row, without: [Self.exclusion(of: account)])
            }
            return try await leave(row, to: PayoutWait(error), because: "\(error)")
        }
        if settings.signing == .psbt { return try await handOver(draft, of: row, outputs, from: &purse) }
        switch await outcome({ () async throws(NodeError) in try await wallet.sign(draft) }) {
        case .failure(let error):
            return try await leaveOut(whoeverIsRefusedIn: draft, outputs, row, PayoutWait(error), because: "\(error)")
        case .success(let signed):
            guard let fee = draft.fee, fee <= settings.feePolicy.feeMax, draft.isCarriedOut(by: signed) else {
                surroundings.log.error("the wallet signed another transaction than drafted", ["payout": row.id])
                return try await leave(row, to: .refused, because: "the wallet signed another transaction than drafted")
            }
            let version = PayoutVersion(
                transaction: signed.bytes,
                identifier: signed.identifier,
                fee: fee,
                virtualSize: UInt64(signed.virtualSize),
                signedHeight: purse.conditions.height
            )
            // What is stored cannot be given up any more: the node is asked first whether it would take it.
            switch await outcome({ () async throws(NodeError) in try await wallet.refusal(of: version.transaction) }) {
            case .success(nil):
                // From here on what it spends is not there for the next one, whether the store has kept it or not.
                purse.remove(Set(draft.coins.map(\.reference)))
                return try await keepAndSend(version, of: draft, row)
            case .success(.some(let refusal)):
                return try await leaveOut(
                    whoeverIsRefusedIn: draft,
                    outputs,
                    row,
                    PayoutWait(refusal),
                    because: "the node would not take it: \(refusal.words)"
                )
            case .failure(let error): return try await leave(row, to: PayoutWait(error), because: "\(error)")
            }
        }
    }

    private func keepAndSend(
        _ version: PayoutVersion,
        of draft: PayoutDraft,
        _ row: PayoutRow
    ) async throws(StoreError) -> Progress {
        guard try await store.store(version, of: draft, for: row.id, nowMs: nowMs) else { return .ended }
        var attempt = row.attempt
        _ = attempt.handle(.stored)
        surroundings.log.info(
            "payout signed",
            ["payout": row.id, "txid": version.identifier, "fee": version.fee.units]
        )
        // Should it fail, the next run locks them: until then only a person could take them, and not another payout.
        _ = await outcome { () async throws(NodeError) in try await wallet.lock(draft.coins.map(\.reference)) }
        try await follower.advance(PayoutRow(id: row.id, attempt: attempt, versions: [version], coins: draft.coins))
        return .signed
    }

    /// Leaves a payout as it is, to be tried again in the next run.
    func leave(
        _ row: PayoutRow,
        to wait: PayoutWait,
        because reason: String
    ) async throws(StoreError) -> Progress {
        surroundings.log.warning("payout waits", ["payout": row.id, "for": wait.rawValue, "reason": reason])
        try await store.save(row, confirmations: nil, reason: "\(wait.rawValue): \(reason)", nowMs: nowMs)
        return .waits(wait)
    }

    private func leave(
        _ rows: [PayoutRow],
        to wait: PayoutWait,
        because reason: String
    ) async throws(StoreError) -> [PayoutWait: Int] {
        for row in rows { _ = try await leave(row, to: wait, because: reason) }
        return rows.isEmpty ? [:] : [wait: rows.count]
    }

    var nowMs: Int64 { surroundings.nowMs }
}
