internal import BlockFormat
internal import ChainAdapter
internal import Hashing
internal import Ledger
internal import ServiceRuntime

/// What a person may do about one payout.
///
/// Each needs the right to pay, as the payouts' own run does, and gives it back at once. Who it was stands in the audit log,
/// written by the store together with what it changes; a call whose answer was lost may have been carried out.
package struct PayoutOperations: Sendable {
    let stores: any PayoutStores
    let wallet: any PayoutWallet
    let settings: PayoutSettings
    let surroundings: Surroundings

    /// Has a stuck or conflicted payout tried again, with the very bytes that were sent before: the next run sends them.
    ///
    /// A conflicted one may succeed when what had spent its coins was reorganised away; else it is conflicted again.
    ///
    /// - Throws: `.notStuck` in any other state: what is under way is tried again by itself.
    package func retry(_ id: Int64) async throws(PayoutRefusal) {
        try await withStore { store throws(PayoutRefusal) in
            var row = try await Self.row(id, in: store)
            let before = row.attempt.state
            guard before == .stuck || before == .conflicted else { throw .notStuck(state: before) }
            _ = row.attempt.handle(.retried)
            try await refusing { () async throws(StoreError) in
                try await store.save(row, confirmations: nil, reason: "tried again by a person", nowMs: nowMs)
            }
        }
        surroundings.log.info("payout tried again by a person", ["payout": id])
    }

    /// Gives a payout up, and its money back to the confirmed balances that it was taken from.
    ///
    /// Only one that was never signed (nor handed out to be signed), or whose coins were provably spent by another
    /// transaction that pays none of its addresses and is as deep as a payout must be. The accounts are paid again when they
    /// are due.
    ///
    /// - Throws: `.mayStillBePaid` for anything that may yet be mined; `.final` when it has ended already.
    package func cancel(_ id: Int64) async throws(PayoutRefusal) {
        try await withStore { store throws(PayoutRefusal) in
            var row = try await Self.row(id, in: store)
            let before = row.attempt.state
            let reason: String
            switch before {
            case .planned, .reserved:
                let handover = try await refusing { () async throws(StoreError) in try await store.handover(of: id) }
                if let handover, handover.exportedAtMs != nil {
                    // Whoever has it may have signed it, and may send it at any time.
                    let proof = try await proof(of: row, handedOverAt: handover.height, in: store)
                    reason = "given up by a person: \(proof)"
                } else {
                    reason = "given up by a person, never signed"
                }
            case .conflicted:
                reason = "given up by a person: \(try await proof(of: row, in: store))"
            case .signed, .broadcast, .stuck: throw .mayStillBePaid(state: before)
            case .confirmed, .cancelled: throw .final(state: before)
            }
            guard row.attempt.handle(.cancelled) == [.giveBack] else { throw .mayStillBePaid(state: before) }
            try await refusing { () async throws(StoreError) in
                try await store.cancel(row, reason: reason, nowMs: nowMs)
            }
        }
        surroundings.log.info("payout cancelled by a person", ["payout": id])
    }

    /// - Returns: What makes every version of the payout's transaction impossible, in words.
    private func proof(
        of row: PayoutRow,
        handedOverAt height: UInt32? = nil,
        in store: any PayoutStore
    ) async throws(PayoutRefusal) -> String {
        let outputs = try await refusing { () async throws(StoreError) in try await store.outputs(of: row.id) }
        let spenders: [CoinSpender]
        let asked = await outcome { () async throws(NodeError) in
            try await wallet.spenders(of: row, handedOverAt: height)
        }
        switch asked {
        case .success(let found): spenders = found
        // It would say the same again.
        case .failure(.refused(_, let message)): throw .conflictUnproven(message)
        case .failure(let error): throw .wallet("\(error)")
        }
        let verdict = ConflictProof.examine(
            row,
            payees: outputs.compactMap { $0.account.address(on: settings.network)?.scriptPublicKey },
            spenders: spenders,
            overtakenOrigins: try await overtakenOrigins(of: row),
            depthRequired: settings.payoutDepth
        )
        switch verdict {
        case .proven(let transaction): return "\(transaction) has spent its coins"
        case .neverThere(let origin):
            return "\(origin), which one of its coins comes from, was overtaken by another transaction"
        case .unproven(let why):
            throw .conflictUnproven(height == nil ? why : "it was exported, and may have been signed; \(why)")
        }
    }

    /// The transactions that the payout's coins come from, as far as they were overtaken as deep as a payout must be.
    private func overtakenOrigins(of row: PayoutRow) async throws(PayoutRefusal) -> [Hash256] {
        var overtaken: [Hash256] = []
        for origin in Set(row.coins.map(\.reference.transaction)) {
            switch await outcome({ () async throws(NodeError) in try await wallet.fate(of: origin) }) {
            case .success(.conflicted(let depth)) where depth >= settings.payoutDepth: overtaken.append(origin)
            case .success: continue
            case .failure(let error): throw .wallet("\(error)")
            }
        }
        return overtaken
    }

    func withStore<Value>(
        _ body: (any PayoutStore) async throws(PayoutRefusal) -> Value
    ) async throws(PayoutRefusal) -> Value {
        let claimed = try await refusing { () async throws(StoreError) in try await stores.claim() }
        guard let store = claimed else { throw .busy }
        let value: Value
        do throws(PayoutRefusal) {
            value = try await body(store)
        } catch {
            await store.release()
            throw error
        }
        await store.release()
        return value
    }

    static func row(_ id: Int64, in store: any PayoutStore) async throws(PayoutRefusal) -> PayoutRow {
        let found = try await refusing { () async throws(StoreError) in try await store.payout(id) }
        guard let row = found else { throw .unknown }
        return row
    }

    var nowMs: Int64 { surroundings.nowMs }
}

func refusing<Value>(_ call: () async throws(StoreError) -> Value) async throws(PayoutRefusal) -> Value {
    do throws(StoreError) {
        return try await call()
    } catch {
        throw .store(error)
    }
}
