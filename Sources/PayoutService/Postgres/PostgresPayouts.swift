internal import PostgresClient

/// The right to pay is an advisory lock of the database, held by one session.
struct PostgresPayouts: PayoutStores {
    let database: PostgresSettings
    let depthRequired: UInt32

    func claim() async throws(StoreError) -> (any PayoutStore)? {
        let lock = try await stored { () async throws(PostgresError) in
            try await AdvisoryLock.attempt(LockKey.payouts, database)
        }
        return lock.map { PayoutBook(lock: $0, depthRequired: depthRequired) }
    }
}
