internal import Ledger
internal import ServiceRuntime

/// What operators do about payouts, written into the audit log together with its effect.
struct PayoutDesk: Sendable {
    let stores: PostgresPayouts
    let wallet: any PayoutWallet
    let settings: PayoutSettings
    let log: OperatorLog
    let surroundings: Surroundings

    func retry(_ id: Int64, by name: OperatorName) async throws(PayoutRefusal) {
        let entry = OperatorEntry(name, .payoutRetry, OperatorEntry.object(payout: id))
        try await recording(entry) { operations throws(PayoutRefusal) in try await operations.retry(id) }
    }

    func cancel(_ id: Int64, by name: OperatorName) async throws(PayoutRefusal) {
        let entry = OperatorEntry(name, .payoutCancel, OperatorEntry.object(payout: id))
        try await recording(entry) { operations throws(PayoutRefusal) in try await operations.cancel(id) }
    }

    private func recording(
        _ entry: OperatorEntry,
        _ act: (PayoutOperations) async throws(PayoutRefusal) -> Void
    ) async throws(PayoutRefusal) {
        var stores = stores
        stores.entry = entry
        let operations = PayoutOperations(
            stores: stores,
            wallet: wallet,
            settings: settings,
            surroundings: surroundings
        )
        do throws(PayoutRefusal) {
            try await act(operations)
        } catch {
            await log.write(refused: entry.refused("\(error)"))
            throw error
        }
    }
}
