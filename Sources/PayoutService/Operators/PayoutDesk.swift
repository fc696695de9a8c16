internal import ChainAdapter
internal import Hashing
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

    /// What somebody is to sign, in base64.
    func export(_ id: Int64, by name: OperatorName) async throws(PayoutRefusal) -> String {
        let entry = OperatorEntry(name, .payoutExport, OperatorEntry.object(payout: id))
        return try await recording(entry) { operations throws(PayoutRefusal) in try await operations.export(id).text }
    }

    /// Takes back what somebody has signed.
    func take(_ file: [UInt8], for id: Int64, by name: OperatorName) async throws(PayoutRefusal) {
        let entry = OperatorEntry(
            name,
            .payoutImport,
            OperatorEntry.object(payout: id),
            parameters: ["bytes": "\(file.count)", "sha256d": "\(Hash256.sha256d(of: file))"]
        )
        try await recording(entry) { operations throws(PayoutRefusal) in _ = try await operations.take(file, for: id) }
    }

    private func recording<Value>(
        _ entry: OperatorEntry,
        _ act: (PayoutOperations) async throws(PayoutRefusal) -> Value
    ) async throws(PayoutRefusal) -> Value {
        var stores = stores
        stores.entry = entry
        let operations = PayoutOperations(
            stores: stores,
            wallet: wallet,
            settings: settings,
            surroundings: surroundings
        )
        do throws(PayoutRefusal) {
            return try await act(operations)
        } catch {
            await log.write(refused: entry.refused("\(error)"))
            throw error
        }
    }
}
