internal import BlockFormat
package import ChainAdapter
package import Hashing
internal import Ledger
internal import ServiceRuntime

/// Payouts that somebody with the keys signs elsewhere.
extension PayoutOperations {
    /// The transaction to sign; from now on the payout counts as possibly signed.
    ///
    /// - Throws: `.notHandedOver` when it was signed already, or is not drawn up; `.paused` while payouts are switched off.
    package func export(_ id: Int64) async throws(PayoutRefusal) -> PSBT {
        guard settings.isPaying else { throw .paused }
        let psbt = try await withStore { store throws(PayoutRefusal) in
            let row = try await Self.row(id, in: store)
            let handover = try await Self.handover(row, in: store)
            try await refusing { () async throws(StoreError) in try await store.markExported(id, nowMs: nowMs) }
            return handover.psbt
        }
        surroundings.log.info("payout handed out", ["payout": id])
        return psbt
    }

    /// Takes the signed transaction back and stores it: the next run sends it.
    ///
    /// It must be the very one that was handed out, with every signature, and one that the node would take. Nothing else
    /// is ever stored; a second set of signatures finds the payout signed already.
    package func take(_ file: [UInt8], for id: Int64) async throws(PayoutRefusal) -> Hash256 {
        guard let signed = PSBT(file: file) else {
            throw .notAPSBT("neither base64 nor bytes of a PSBT, or more than \(PSBT.textByteCountMax) bytes")
        }
        let identifier = try await withStore { store throws(PayoutRefusal) in
            let row = try await Self.row(id, in: store)
            let handover = try await Self.handover(row, in: store)
            let transaction = try await checked(signed, against: handover.psbt, spending: row.coins)
            let height: UInt32
            switch await outcome({ () async throws(NodeError) in try await wallet.conditions() }) {
            case .success(let conditions): height = conditions.height
            case .failure(let error): throw .wallet("\(error)")
            }
            let version = PayoutVersion(
                transaction: transaction.bytes,
                identifier: transaction.identifier,
                fee: handover.fee,
                virtualSize: UInt64(transaction.virtualSize),
                signedHeight: height
            )
            let isStored = try await refusing { () async throws(StoreError) in
                try await store.adopt(version, of: id, nowMs: nowMs)
            }
            guard isStored else { throw .notHandedOver(state: row.attempt.state) }
            return transaction.identifier
        }
        surroundings.log.info("payout signed by a person", ["payout": id, "txid": identifier])
        return identifier
    }

    /// The signed transaction, when it is the one that was handed out and can be mined.
    private func checked(
        _ signed: PSBT,
        against stored: PSBT,
        spending coins: [PayoutCoin]
    ) async throws(PayoutRefusal) -> SignedTransaction {
        let wanted = try await asking { () async throws(NodeError) in try await wallet.decode(stored) }
        let given: UnsignedTransaction
        switch await outcome({ () async throws(NodeError) in try await wallet.decode(signed) }) {
        case .success(let decoded): given = decoded
        case .failure(.refused(_, let message)): throw .notAPSBT(message)
        case .failure(let error): throw .wallet("\(error)")
        }
        guard given.inputs == wanted.inputs else { throw .notTheSame("it spends other coins") }
        guard given.outputs == wanted.outputs else { throw .notTheSame("it pays other outputs") }
        guard given.identifier == wanted.identifier else { throw .notTheSame("its lock time or sequences are others") }
        let whole: SignedTransaction?
        switch await outcome({ () async throws(NodeError) in try await wallet.complete(stored, with: signed) }) {
        case .success(let transaction): whole = transaction
        case .failure(.refused(_, let message)): throw .notAPSBT(message)
        case .failure(let error): throw .wallet("\(error)")
        }
        guard let transaction = whole else {
            throw .incomplete("\(given.finalInputCount) of \(given.inputs.count) coins are signed for")
        }
        guard transaction.inputs == wanted.inputs, transaction.outputs == wanted.outputs else {
            throw .notTheSame("what came of it is another transaction")
        }
        // Whoever signed it may have sent it as well: then the node knows it, and would not take it again.
        let fate = try await asking { () async throws(NodeError) in
            try await wallet.fate(of: transaction.identifier)
        }
        if case .buried = fate { return transaction }
        try Self.checkScopes(of: transaction, spending: coins)
        if fate == .waiting { return transaction }
        let refusal = try await asking { () async throws(NodeError) in
            try await wallet.refusal(of: transaction.bytes)
        }
        if let refusal { throw .notTaken(refusal.words) }
        return transaction
    }

    /// Whoever sees a transaction some of whose signatures cover less than all of it can change the rest, and send that.
    private static func checkScopes(
        of transaction: SignedTransaction,
        spending coins: [PayoutCoin]
    ) throws(PayoutRefusal) {
        for (place, input) in transaction.inputs.enumerated() {
            let coin = coins.first { $0.reference == input }
            let scope = coin.flatMap { coin in
                transaction.unlockings.indices.contains(place)
                    ? transaction.unlockings[place].scope(spending: coin.scriptPublicKey) : nil
            }
            guard scope == .whole else { throw .signedLoosely(input: place, input, scope ?? .unknown) }
        }
    }

    private func asking<Value>(_ call: () async throws(NodeError) -> Value) async throws(PayoutRefusal) -> Value {
        switch await outcome(call) {
        case .success(let value): return value
        case .failure(let error): throw .wallet("\(error)")
        }
    }

    private static func handover(_ row: PayoutRow, in store: any PayoutStore) async throws(PayoutRefusal) -> Handover {
        guard row.attempt.state == .reserved else { throw .notHandedOver(state: row.attempt.state) }
        let found = try await refusing { () async throws(StoreError) in try await store.handover(of: row.id) }
        guard let handover = found else { throw .notHandedOver(state: row.attempt.state) }
        return handover
    }
}
