internal import PostgresClient

/// The right to pay is an advisory lock of the database, held by one session.
struct PostgresPayouts: PayoutStores {
    let database: PostgresSettings
    let depthRequired: UInt32
    /// How long the holder may be silent before the server takes the right from it.
    var silenceMax = Duration.seconds(300)
    /// Whom the pool's fee is paid to; `nil`: nobody.
    var poolFee: PoolFee?
    /// What a person is about to do: kept in the audit log with the write that does it.
    var entry: OperatorEntry?

    func claim() async throws(StoreError) -> (any PayoutStore)? {
        let lock = try await stored { () async throws(PostgresError) in
            try await AdvisoryLock.attempt(LockKey.payouts, database, silenceMax: silenceMax)
        }
        return lock.map { PayoutBook(lock: $0, depthRequired: depthRequired, poolFee: poolFee, entry: entry) }
    }
}
